using Naru.Core.Balancing;
using Naru.Core.Concurrency;
using Naru.Core.Config;
using Naru.Core.Health;
using Naru.Engine.Loop;

namespace Naru.Engine.Pools;

/// <summary>
/// One loop's share of a pool: its balancer, its retry budget, and the queue of those who wait because every server is
/// full. Thread: the loop, except <see cref="Waiting"/> and <see cref="PostWake"/>.
/// Invariant: first come, first served within the loop, and nobody overtakes a waiting request; but with order codel, and while the
/// queue stands, last come is first.
/// </summary>
internal sealed class LoopPool
{
    // Retries per second that are always allowed, over all loops.
    private const double RetriesPerSecondMin = 10;

    // Picks that fail because a server was full and is not any more: seen only when loops contend, then mostly once.
    private const int RacesMax = 4;

    private readonly Pool _pool;
    private readonly EventLoop _loop;
    private readonly int _loopCount;
    private readonly Action _wake;
    private QueuePlace? _first;
    private QueuePlace? _last;
    private StandingQueue _standing;
    private BalanceAlgorithm _algorithm;
    private Balancer _balancer;
    private double _budgetShare;
    private int _waiting;

    public LoopPool(Pool pool, EventLoop loop, int loopCount)
    {
        _pool = pool;
        _loop = loop;
        _loopCount = loopCount;
        _wake = Wake;
        _algorithm = pool.Options.Balance;
        _balancer = BalancerRegistry.Create(_algorithm, NewSeed());
        _budgetShare = pool.Options.Retry.Budget;
        Budget = NewBudget();
    }

    public RetryBudget Budget { get; private set; }

    /// <summary>Requests in the queue, and those about to enter it. Thread: any.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public long QueueTimeouts { get; set; }

    public long Retries { get; set; }

    public long RetriesRefused { get; set; }

    /// <summary>After a reload.</summary>
    public void Apply()
    {
        double share = _pool.Options.Retry.Budget;
        if (share == _budgetShare)
            return;
        _budgetShare = share;
        Budget = NewBudget();
    }

    /// <summary>A server with a place taken at it; null: none is left to try, or all are full (see <paramref name="isFull"/>).</summary>
    public Server? TryTake(in PickContext context, out bool isFull)
    {
        for (int races = 0; ;)
        {
            var set = _pool.Eligible;
            if (set.Algorithm != _algorithm)
                UseAlgorithm(set.Algorithm);
            if (_balancer.Pick(set, in context) is not Server server)
            {
                // Another loop gave a place back meanwhile: that is no reason to answer that there is none.
                isFull = WasFull(set, context, out bool isRoomNow);
                if (isRoomNow && races++ < RacesMax)
                    continue;
                return null;
            }

            if (server.TryAcquire())
            {
                isFull = false;
                return server;
            }
        }
    }

    public bool HasQueue => _first != null;

    /// <summary>Announces a waiter. It must try once more after this: whoever frees a place from now on sees it.</summary>
    public void BeginWait() => Interlocked.Increment(ref _waiting);

    public void EndWait() => Interlocked.Decrement(ref _waiting);

    /// <summary>How long who comes now may wait.</summary>
    public int WaitMs(PoolRules rules) => _standing.WaitMs(_loop.NowMs, _first == null, rules.QueueTimeoutMs, rules.QueueTargetMs);

    public void Enqueue(QueuePlace place)
    {
        if (_first == null)
            _standing.Begin(_loop.NowMs);
        EnqueueLast(place);
    }

    /// <summary>For one who was woken and found the place taken by another loop: its turn is not lost.</summary>
    public void EnqueueAgain(QueuePlace place)
    {
        if (place.WasLast)
            EnqueueLast(place);
        else
            EnqueueFirst(place);
    }

    private void EnqueueLast(QueuePlace place)
    {
        place.Previous = _last;
        if (_last is { } last)
            last.Next = place;
        else
            _first = place;
        _last = place;
        place.IsQueued = true;
    }

    private void EnqueueFirst(QueuePlace place)
    {
        place.Next = _first;
        if (_first is { } first)
            first.Previous = place;
        else
            _last = place;
        _first = place;
        place.IsQueued = true;
    }

    /// <summary>Gives the turn up.</summary>
    public void Remove(QueuePlace place)
    {
        if (!place.IsQueued)
            return;
        if (place.Previous is { } previous)
            previous.Next = place.Next;
        else
            _first = place.Next;
        if (place.Next is { } next)
            next.Previous = place.Previous;
        else
            _last = place.Previous;
        place.Previous = place.Next = null;
        place.IsQueued = false;
    }

    /// <summary>A place was freed. Thread: any.</summary>
    public void PostWake() => _loop.Post(_wake);

    // A server that was not tried and not picked was full, though it may have room by now. Tried ones count as full only if
    // a limit is what stands in the way.
    private static bool WasFull(EligibleSet set, in PickContext context, out bool isRoomNow)
    {
        bool wasFull = false;
        isRoomNow = false;
        foreach (var server in set.Servers)
        {
            bool isTried = context.Tried.Contains(server);
            bool isFull = server.IsFull;
            wasFull |= !isTried || isFull;
            isRoomNow |= !isTried && !isFull;
        }

        return wasFull;
    }

    // A seed of its own keeps loops and nodes from marching through the servers in step.
    private static ulong NewSeed() => (ulong)Random.Shared.NextInt64();

    private void UseAlgorithm(BalanceAlgorithm algorithm)
    {
        _algorithm = algorithm;
        _balancer = BalancerRegistry.Create(algorithm, NewSeed());
    }

    private void Wake()
    {
        while (_first != null)
        {
            bool takesLast = _pool.Rules.QueueTargetMs > 0 && _standing.Stands(_loop.NowMs);
            var place = takesLast ? _last! : _first;
            place.WasLast = takesLast;
            Remove(place);
            place.Signal.TrySet(0);
            // It found no place and is back in its own. Otherwise there may be room for the next one too: a limit was
            // raised, a server came back, or an earlier call met nobody.
            if (place.IsQueued)
                return;
        }

        // Whoever was meant has left meanwhile; another loop's waiters can use the place.
        _pool.WakeNext(_loop.Index);
    }

    private RetryBudget NewBudget() => new(_budgetShare, RetryBudget.MinOfLoop(RetriesPerSecondMin, _loopCount));
}

/// <summary>A request's place in a pool's queue.</summary>
internal sealed class QueuePlace
{
    public LoopSignal Signal { get; } = new();

    public QueuePlace? Previous { get; set; }

    public QueuePlace? Next { get; set; }

    public bool IsQueued { get; set; }

    /// <summary>It was woken as the one who came last.</summary>
    public bool WasLast { get; set; }
}
