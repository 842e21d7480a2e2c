using Naru.Engine.Loop;

namespace Naru.Tests.Loop;

/// <summary>Waits for the turns of a loop, and looks at what happens in one.</summary>
internal static class TurnWatch
{
    /// <summary>Ends when the loop has dealt with all that it could hear of until now.</summary>
    public static Task TurnAsync(EventLoop loop)
    {
        // The letter may come before other events of its turn; the end of the next one is behind all of them.
        long turns = 0;
        return MostInATurnAsync(loop, () => turns++, until: 2);
    }

    /// <summary>Reads a number at the end of each turn: by how much it grows in one at most.</summary>
    /// <param name="until">The watch ends when the number has grown to so much.</param>
    public static Task<long> MostInATurnAsync(EventLoop loop, Func<long> read, long until)
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => WatchAsync().Detach());
        return done.Task.WaitAsync(TimeSpan.FromSeconds(60));

        async Job<bool> WatchAsync()
        {
            long most = 0;
            for (long last = read(); last < until;)
            {
                await loop.YieldAsync();
                long now = read();
                most = Math.Max(most, now - last);
                last = now;
            }

            done.SetResult(most);
            return true;
        }
    }
}
