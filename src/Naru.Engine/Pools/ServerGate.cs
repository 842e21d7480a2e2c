using System.Runtime.CompilerServices;
using Naru.Core.Balancing;
using Naru.Core.Health;
using Naru.Core.Telemetry;
using Naru.Engine.Linux;
using Naru.Engine.Loop;

namespace Naru.Engine.Pools;

/// <summary>
/// Picks servers for one request and takes a place at them, in turn if they are full. Owner: the exchange or relay whose
/// request it is; reused from one to the next. Thread: its loop.
/// Invariant: a server is tried twice only when every other eligible one was tried too.
/// </summary>
internal sealed class ServerGate
{
    private readonly QueuePlace _place = new();
    private Pool _pool = null!;
    private LoopPool _loopPool = null!;
    private EventLoop _loop = null!;
    private Tried _tried;
    private ulong _hash;
    private Server? _sticky;
    private bool _lacksSocket;
    private bool _hasWaited;

    /// <summary>Tries so far: servers at which a place was taken.</summary>
    public int Attempts { get; private set; }

    /// <summary>Tries that count against the pool's <c>retry.attempts</c>.</summary>
    public int AttemptsCharged { get; private set; }

    public bool IsQueued => _place.IsQueued;

    public LoopPool LoopPool => _loopPool;

    /// <param name="pool">Whose servers are picked.</param>
    /// <param name="loop">The request's.</param>
    /// <param name="hash">For algorithms that place by it.</param>
    /// <param name="sticky">The first to try, if it may still serve its clients and has room; it gives no turn before those who wait.</param>
    public void Begin(Pool pool, EventLoop loop, ulong hash, Server? sticky = null)
    {
        _pool = pool;
        _loop = loop;
        _loopPool = pool.ForLoop(loop.Index);
        _hash = hash;
        _sticky = sticky;
        Attempts = AttemptsCharged = 0;
        _lacksSocket = _hasWaited = false;
        _place.WasLast = false;
    }

    /// <summary>A server with a place taken; null: ask <see cref="MustQueue"/>.</summary>
    public Server? TryTake()
    {
        // Nobody overtakes those who wait.
        MustQueue = _loopPool.HasQueue || _lacksSocket;
        return MustQueue ? null : TryTakeNow();
    }

    /// <summary>After a failed take: the servers are full, so that waiting helps.</summary>
    public bool MustQueue { get; private set; }

    /// <summary>
    /// Naru had no descriptor left for a connection to the server picked, which is no try: the request goes to the queue
    /// until another one of the pool ends. False: none is in flight, so that nothing would wake it.
    /// </summary>
    public bool AwaitSocket()
    {
        Attempts = Math.Max(0, Attempts - 1);
        AttemptsCharged = Math.Max(0, AttemptsCharged - 1);
        _lacksSocket = _pool.InFlight() > 0;
        return _lacksSocket;
    }

    /// <summary>Waits for a place. The caller watches the time and the client, and calls <see cref="GiveUp"/> when either ends.</summary>
    public async Job<(Server? Server, EndReason Reason)> QueueAsync(int sizeMax)
    {
        int waiting = 0;
        foreach (var loop in _pool.Loops)
            waiting += loop.Waiting;
        if (waiting >= sizeMax && !_hasWaited)
            return (null, EndReason.QueueFull);

        bool lacksSocket = _lacksSocket;
        _loopPool.BeginWait();
        if (lacksSocket)
            _pool.BeginSocketWait();
        var (server, reason) = await WaitAsync();
        if (lacksSocket)
            _pool.EndSocketWait();
        _loopPool.EndWait();
        _lacksSocket = false;
        _hasWaited = true;
        return (server, reason);
    }

    /// <summary>Leaves the queue: time is up, or the client is gone.</summary>
    public void GiveUp(int result)
    {
        if (!_place.IsQueued)
            return;
        _loopPool.Remove(_place);
        _place.Signal.TrySet(result);
    }

    private async Job<(Server? Server, EndReason Reason)> WaitAsync()
    {
        // Between the failed try and the announcement a place may have been freed unseen. Who lacks a socket waits for one of those
        // in flight: with none left, nobody would wake it.
        bool mustWait = _loopPool.HasQueue || (_lacksSocket && _pool.InFlight() > 0);
        var server = mustWait ? null : TryTakeNow();
        // Who was woken in vain keeps its turn.
        bool isFirst = _hasWaited;
        while (server == null)
        {
            if (isFirst)
                _loopPool.EnqueueAgain(_place);
            else
                _loopPool.Enqueue(_place);
            int result = await _place.Signal.WaitAsync();
            if (result < 0)
            {
                if (result == Errno.TimedOut)
                    _loopPool.QueueTimeouts++;
                return (null, result == Errno.TimedOut ? EndReason.QueueTimeout : EndReason.ClientAborted);
            }

            server = TryTakeNow();
            isFirst = true;
        }

        return (server, EndReason.Completed);
    }

    /// <summary>
    /// Below the healthy floor requests also go to servers that are known to be out. That one of those refuses a connection is
    /// no news and no load, so its try is free as long as others are left to try: neither the attempts nor the retry budget pay for the next. True: there is one.
    /// </summary>
    public bool IsFreeTry(Server server)
    {
        if (server.Verdict.State is not (ServerState.Ejected or ServerState.Down) || Attempts >= Math.Min(EngineLimits.Attempts, _pool.Eligible.Servers.Length))
            return false;
        AttemptsCharged = Math.Max(0, AttemptsCharged - 1);
        return true;
    }

    private Server? TryTakeNow()
    {
        if (Attempts == 0 && _sticky is { } sticky && _pool.Eligible.AllowsSticky(sticky) && sticky.TryAcquire())
        {
            MustQueue = false;
            Note(sticky);
            return sticky;
        }

        var server = _loopPool.TryTake(new PickContext(_loop.NowMs, _hash, ((ReadOnlySpan<ServerLoad?>)_tried)[..Attempts]), out bool isFull);
        // All were tried and none is full: a second time at one of them is better than none.
        if (server == null && !isFull && Attempts > 0)
            server = _loopPool.TryTake(new PickContext(_loop.NowMs, _hash), out isFull);
        MustQueue = isFull;
        if (server != null)
            Note(server);
        return server;
    }

    private void Note(Server server)
    {
        if (Attempts < EngineLimits.Attempts)
            _tried[Attempts++] = server;
        AttemptsCharged++;
    }

    [InlineArray(EngineLimits.Attempts)]
    private struct Tried
    {
        private ServerLoad? _element;
    }
}
