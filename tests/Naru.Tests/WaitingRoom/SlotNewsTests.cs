using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

public class SlotNewsTests
{
    private const int Capacity = 1 << 14;
    private const long First = 1_000_003;

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    [InlineData(Capacity)]
    public void WhoKnowsTheStartIsToldEverythingSince(int count)
    {
        var news = News(count);
        var changes = new List<SlotChange>();
        Assert.True(news.TryCollect(First, reader: 2, changes));
        Assert.Equal(Enumerable.Range(0, count).Select(Change), changes);
    }

    [Theory]
    [InlineData(Capacity + 1)]
    [InlineData(3 * Capacity)]
    public void WhoFellBehindTheRingStartsOverAndTheOthersAreToldTheLast(int count)
    {
        var news = News(count);
        var changes = new List<SlotChange>();
        Assert.False(news.TryCollect(news.Next - Capacity - 1, reader: 2, changes));
        Assert.True(news.TryCollect(news.Next - Capacity, reader: 2, changes));
        Assert.Equal(Enumerable.Range(count - Capacity, Capacity).Select(Change), changes);
    }

    [Fact]
    public void AuthorAndWhoIsFromAnotherRingAreToldNothing()
    {
        var news = News(100);
        var changes = new List<SlotChange>();
        Assert.True(news.TryCollect(First, reader: 1, changes));
        Assert.Empty(changes);
        Assert.False(news.TryCollect(First - 1, reader: 2, changes));
        Assert.False(news.TryCollect(news.Next + 1, reader: 2, changes));
    }

    /// <summary>A configuration may have a thousand rooms, most of them for another day.</summary>
    [Fact]
    public void RoomThatNobodyEntersTakesLittleMemory()
    {
        long bytes = Allocations.LeastOf(() => _ = new RoomAuthority(new RoomSettings { Name = "concert" }, Random.Shared.NextBytes, nowMs: 1));
        Assert.True(bytes < 32 * 1024, $"{bytes} bytes");
    }

    private static SlotNews News(int count)
    {
        var news = new SlotNews(First);
        for (int i = 0; i < count; i++)
            news.Add(Change(i), author: 1);
        return news;
    }

    private static SlotChange Change(int i) => new(new Grant(i % 100, i + 1), i, Live: i % 3 != 0);
}
