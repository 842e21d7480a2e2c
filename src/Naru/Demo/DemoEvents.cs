using Naru.Cli;
using Naru.Engine.Telemetry;

namespace Naru.Demo;

/// <summary>Finds what happened between two looks at the engine, and keeps the last of it. Thread: the view's.</summary>
internal sealed class DemoEvents(DemoText text, IReadOnlyDictionary<string, string> namesByAddress)
{
    private const int Kept = 100;

    private readonly List<DemoEvent> _events = [];

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<DemoEvent> All => _events;

    /// <summary>How many there were, the forgotten ones included.</summary>
    public int Count { get; private set; }

    public void Add(TimeSpan at, string colour, string what)
    {
        if (_events.Count == Kept)
            _events.RemoveAt(0);
        _events.Add(new DemoEvent(at, colour, what));
        Count++;
    }

    public void AddChanges(TimeSpan at, StatusReport before, StatusReport after)
    {
        foreach (var (pool, old) in after.Pools.Zip(before.Pools))
        {
            foreach (var (server, oldServer) in pool.Servers.Zip(old.Servers))
            {
                if (server.State != oldServer.State)
                    Add(at, StatusTable.Colour(server.State), text.StateChanged(namesByAddress[server.Address], server.State, server.Reason));
            }
            if (pool.Balance != old.Balance)
                Add(at, "white", text.BalanceChanged(pool.Name, pool.Balance));
            if (pool.FailOpen && !old.FailOpen)
                Add(at, "yellow", text.FailOpenBegan(pool.Name));
            else if (!pool.FailOpen && old.FailOpen)
                Add(at, "green", text.FailOpenEnded(pool.Name));
        }
    }
}
