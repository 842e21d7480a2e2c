using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

public class LineBlocksTests
{
    [Fact]
    public void BlocksOfNewNumbersAreThereBeforeSomebodyStandsInThem()
    {
        var blocks = LineBlocks.Empty.Covering(1, 16_385).Covering(1, 32_769);
        for (long position = 1; position < 32_769; position += 1_000)
            Assert.NotNull(blocks.Find(position));
        Assert.Null(blocks.Find(40_000));
        Assert.Null(blocks.FindOrMake(40_000));
    }

    [Fact]
    public void GapTakesNextToNothing()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var blocks = LineBlocks.Empty.Covering(1, 128_000_000).Covering(1, 128_016_385);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 128_000_000 / 64);
        Assert.Null(blocks.Find(64_000_000));
        Assert.NotNull(blocks.Find(128_010_000));
        Assert.NotNull(blocks.FindOrMake(64_000_000));
        Assert.NotNull(blocks.Find(64_000_500));
    }

    [Fact]
    public void UsedBlocksAreFoundAcrossGaps()
    {
        var blocks = LineBlocks.Empty.Covering(5_000_000, 64_000_000);
        long[] positions = [5_000_000, 5_001_000, 6_000_000, 40_000_000, 63_999_000];
        foreach (long position in positions)
            blocks.FindOrMake(position);
        List<long> found = [];
        for (long block = blocks.NextUsed(0, blocks.End); block < blocks.End; block = blocks.NextUsed(block + 1, blocks.End))
            found.Add(block);
        Assert.Equal(positions.Select(p => p >> LineBlock.Shift).Distinct(), found);
        Assert.True(blocks.NextUsed(blocks.First, 100) >= 100);
    }

    [Fact]
    public void BlockThatALoopMakesWhileTheLineGrowsIsLostToNone()
    {
        var blocks = LineBlocks.Empty.Covering(1, 10_000_000);
        var grown = blocks.Covering(70_000, 20_000_000);
        var made = blocks.FindOrMake(9_000_000);
        Assert.NotNull(made);
        Assert.Same(made, grown.Find(9_000_000));
        Assert.Null(grown.FindOrMake(60_000));
    }

    [Fact]
    public void EveryBlockIsMadeOnceHoweverManyLoopsNeedIt()
    {
        var blocks = LineBlocks.Empty.Covering(1, 50_000_000);
        var made = new LineBlock?[8][];
        Parallel.For(0, made.Length, i => made[i] = [.. Enumerable.Range(0, 2_000).Select(b => blocks.FindOrMake((b * 20_000L) + 1))]);
        foreach (var other in made)
            Assert.Equal(made[0], other);
    }
}
