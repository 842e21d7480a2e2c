using System.Reflection;
using System.Runtime.CompilerServices;
using Naru.Engine.Loop;

namespace Naru.Tests.Loop;

public class JobTests
{
    private readonly LoopSignal _signal = new();

    [Fact]
    public void MethodThatDoesNotSuspendIsCompleteAtOnce()
    {
        var job = AddAsync(1, 2);
        Assert.True(job.IsCompleted);
        Assert.Equal(3, Result(job));
    }

    [Fact]
    public void SuspendedMethodGoesOnInsideTheSignal()
    {
        var job = WaitAsync(10);
        Assert.False(job.IsCompleted);
        Assert.True(_signal.IsWaiting);
        Assert.True(_signal.TrySet(5));
        Assert.True(job.IsCompleted);
        Assert.Equal(15, Result(job));
    }

    [Fact]
    public void CallersGoOnWithTheMethodTheyAwait()
    {
        var job = NestAsync(4);
        Assert.False(job.IsCompleted);
        for (int i = 0; i < 5; i++)
            Assert.True(_signal.TrySet(i));
        Assert.False(_signal.TrySet(0));
        Assert.Equal(0 + 1 + 2 + 3 + 4, Result(job));
    }

    [Fact]
    public void ExceptionBeforeTheFirstWaitComesOutOfTheCall() =>
        Assert.Throws<FormatException>(() => FailAsync(waits: false).GetAwaiter());

    [Fact]
    public void ExceptionAfterAWaitComesOutOfTheAwait()
    {
        var job = CatchAsync();
        _signal.TrySet(0);
        Assert.Equal("caught", Result(job));

        var failing = FailAsync(waits: true);
        _signal.TrySet(0);
        Assert.True(failing.IsCompleted);
        Assert.Throws<FormatException>(() => Result(failing));
    }

    [Fact]
    public void ExceptionOfADetachedJobReachesWhoeverResumedIt()
    {
        FailAsync(waits: true).Detach();
        Assert.Throws<FormatException>(() => _signal.TrySet(0));
        Assert.False(_signal.IsWaiting);
    }

    [Fact]
    public void DetachedJobRunsToItsEnd()
    {
        var ends = new List<int>();
        NoteAsync(ends).Detach();
        Assert.Empty(ends);
        _signal.TrySet(7);
        Assert.Equal([7], ends);
    }

    [Fact]
    public void SecondAwaitThrows()
    {
        var job = WaitAsync(0);
        _signal.TrySet(1);
        Assert.Equal(1, Result(job));
        Assert.Throws<InvalidOperationException>(() => job.GetAwaiter());
        Assert.Throws<InvalidOperationException>(() => job.Detach());

        // The frame serves another job by now, which must not notice.
        var next = WaitAsync(0);
        Assert.Throws<InvalidOperationException>(() => job.GetAwaiter());
        _signal.TrySet(2);
        Assert.Equal(2, Result(next));
    }

    [Fact]
    public void TwoWaitersAtOneSignalThrow()
    {
        WaitAsync(0).Detach();
        var second = WaitAsync(0);
        Assert.True(second.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => Result(second));
        Assert.True(_signal.TrySet(0));
    }

    [Fact]
    public void ResultIsNotThereBeforeTheEnd()
    {
        var job = WaitAsync(0);
        Assert.Throws<InvalidOperationException>(() => Result(job));
        _signal.TrySet(0);
        Result(job);
    }

    [Fact]
    public void SteadyStateAllocatesNothing()
    {
        var machine = typeof(JobTests).GetMethod(nameof(WaitAsync), BindingFlags.NonPublic | BindingFlags.Instance)!
            .GetCustomAttribute<AsyncStateMachineAttribute>()!.StateMachineType;
        Assert.SkipUnless(machine.IsValueType, "The compiler makes state machines classes in debug builds.");
        long allocated = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                var job = NestAsync(3);
                while (_signal.TrySet(1))
                {
                }

                Result(job);
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, allocated);
    }

    // Not in the tests themselves: there the analyzer takes it for blocking on a task, which it is not.
    private static T Result<T>(Job<T> job) => job.GetAwaiter().GetResult();

    private static async Job<int> AddAsync(int a, int b) => a + await SameAsync(b);

    private static async Job<int> SameAsync(int value)
    {
        if (value < 0)
            await default(Job<int>);
        return value;
    }

    private async Job<int> WaitAsync(int more) => await _signal.WaitAsync() + more;

    private async Job<int> NestAsync(int depth)
    {
        int own = await WaitAsync(0);
        return depth == 0 ? own : own + await NestAsync(depth - 1);
    }

    private async Job<int> FailAsync(bool waits)
    {
        if (waits)
            await _signal.WaitAsync();
        throw new FormatException();
    }

    private async Job<string> CatchAsync()
    {
        try
        {
            await FailAsync(waits: true);
            return "not thrown";
        }
        catch (FormatException)
        {
            return "caught";
        }
    }

    private async Job<bool> NoteAsync(List<int> ends)
    {
        ends.Add(await WaitAsync(0));
        return true;
    }
}
