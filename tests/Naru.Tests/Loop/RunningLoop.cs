using Naru.Engine.Loop;

namespace Naru.Tests.Loop;

/// <summary>A real loop on its thread, and ways to do things on it from a test.</summary>
internal sealed class RunningLoop : IDisposable
{
    private readonly List<Exception> _faults = [];

    public RunningLoop(int index = 0)
    {
        Loop = new EventLoop(index, "test-loop", (_, fault) =>
        {
            lock (_faults)
                _faults.Add(fault);
        });
        Loop.Start();
    }

    public EventLoop Loop { get; }

    public IReadOnlyList<Exception> Faults
    {
        get
        {
            lock (_faults)
                return [.. _faults];
        }
    }

    public Task<T> RunAsync<T>(Func<T> step)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() =>
        {
            try
            {
                done.SetResult(step());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Starts a job on the loop; the task ends with it.</summary>
    public Task<T> RunJobAsync<T>(Func<Job<T>> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() => TellAsync(start, done).Detach());
        return done.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public void Dispose()
    {
        Loop.Stop();
        Loop.Join();
    }

    private static async Job<bool> TellAsync<T>(Func<Job<T>> start, TaskCompletionSource<T> done)
    {
        try
        {
            done.SetResult(await start());
        }
        catch (Exception e)
        {
            done.SetException(e);
        }

        return true;
    }
}
