using Naru.Engine.Loop;

namespace Naru.Tests.Loop;

public class EventLoopTests
{
    [Fact]
    public async Task LettersRunInTheirOrderOnTheLoop()
    {
        using var loop = new RunningLoop();
        var seen = new List<int>();
        var threads = new HashSet<int>();
        for (int i = 0; i < 1000; i++)
        {
            int number = i;
            loop.Loop.Post(() =>
            {
                seen.Add(number);
                threads.Add(Environment.CurrentManagedThreadId);
            });
        }

        threads.Add(await loop.RunAsync(() => Environment.CurrentManagedThreadId));
        Assert.Single(threads);
        Assert.Equal(Enumerable.Range(0, 1000), seen);
    }

    [Fact]
    public async Task FaultOfALetterIsToldAndTheLoopGoesOn()
    {
        using var loop = new RunningLoop();
        loop.Loop.Post(() => throw new FormatException());
        Assert.Equal(1, await loop.RunAsync(() => 1));
        Assert.IsType<FormatException>(Assert.Single(loop.Faults));
    }

    [Fact]
    public async Task FaultAfterAYieldIsToldAndTheLoopGoesOn()
    {
        using var loop = new RunningLoop();
        await loop.RunAsync(() =>
        {
            YieldAndFailAsync(loop.Loop).Detach();
            return true;
        });
        Assert.True(await loop.RunJobAsync(() => NextTurnAsync(loop.Loop)));
        Assert.IsType<FormatException>(Assert.Single(loop.Faults));
    }

    [Fact]
    public async Task YieldEndsInTheNextTurn()
    {
        using var loop = new RunningLoop();
        Assert.True(await loop.RunJobAsync(() => NextTurnAsync(loop.Loop)));
    }

    [Fact]
    public void LetterToAStoppedLoopIsDropped()
    {
        var loop = new RunningLoop();
        loop.Dispose();
        for (int i = 0; i < 3; i++)
            loop.Loop.Post(() => Assert.Fail("The loop has ended."));
    }

    private static async Job<bool> NextTurnAsync(EventLoop loop)
    {
        long turn = loop.Turn;
        await loop.YieldAsync();
        return loop.Turn > turn;
    }

    private static async Job<bool> YieldAndFailAsync(EventLoop loop)
    {
        await loop.YieldAsync();
        throw new FormatException();
    }
}
