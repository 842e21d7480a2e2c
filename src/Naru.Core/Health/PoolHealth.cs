using System.Collections.Frozen;
using System.Globalization;
using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Core.Health;

/// <summary>
/// Decides which servers of one pool are used and how much, and publishes that as an <see cref="EligibleSet"/>.
/// Owner: one per pool. Thread: every method the health thread's, except the readers <see cref="Set"/>,
/// <see cref="State"/> and <see cref="Reason"/>, which any thread may call. Time: milliseconds of one steady clock.
/// Invariants: the set is empty only if every server drains; ejections never exceed the configured share of the pool and
/// never take its last server; every weight lies between a tenth of the configured one and that.
/// Methods that return bool tell whether a new set or state was published.
/// </summary>
public sealed class PoolHealth
{
    /// <summary>Ejections grow to so many times <c>ejectFor</c> (30 s: 5 min, as in Envoy).</summary>
    public const int MaxEjectionFactor = 10;

    /// <summary>Up to this share is added to an ejection, so that servers ejected together do not come back together.</summary>
    public const double EjectionJitter = 0.1;

    private const long Never = long.MaxValue;

    private FastRandom _random;
    private PoolOptions _options;
    private PoolLoad? _load;
    private long _rateWindowEndsMs = Never;
    private Member[] _members = [];
    private volatile FrozenDictionary<ServerLoad, Member> _byServer = FrozenDictionary<ServerLoad, Member>.Empty;
    private volatile EligibleSet _set;

    /// <summary>All servers count as up, at full weight, until checks say otherwise: a start of Naru is no recovery.</summary>
    public PoolHealth(PoolOptions options, IReadOnlyList<PoolServer> servers, ulong seed, long nowMs)
    {
        _random = new FastRandom(seed);
        _options = options;
        _set = EligibleSet.Build(options.Balance, options.Hash, []);
        Adopt(servers, nowMs);
        foreach (Member member in _members)
            member.EndSlowStart();
        Publish(nowMs, force: true);
    }

    public EligibleSet Set => _set;

    /// <summary>When <see cref="Tick"/> would change something even without news; <see cref="long.MaxValue"/>: never.</summary>
    public long NextChangeMs { get; private set; } = Never;

    private long SlowStartMs => (long)_options.Health.SlowStart.TotalMilliseconds;

    /// <summary>A server that the pool does not have is down.</summary>
    public ServerState State(ServerLoad server) => _byServer.TryGetValue(server, out Member? member) ? member.State : ServerState.Down;

    /// <summary>Why the server is not simply up; empty: it is.</summary>
    public string Reason(ServerLoad server) => _byServer.TryGetValue(server, out Member? member) ? member.Reason : "";

    /// <summary>
    /// A reload. Servers whose address the pool had before keep their state; new ones start slowly. The options'
    /// maxConnections are written to the servers.
    /// </summary>
    public void Apply(PoolOptions options, IReadOnlyList<PoolServer> servers, long nowMs)
    {
        _options = options;
        Adopt(servers, nowMs);
        if (options.Health.Active is null)
            foreach (Member member in _members)
                member.ForgetChecks(nowMs);
        while (_members.Count(m => m.Ejected) > MaxEjected())
            _members.Where(m => m.Ejected).MinBy(m => m.PenaltyEndsMs)!.EndPenalty(nowMs, SlowStartMs);
        Publish(nowMs, force: true);
    }

    /// <summary>The verdict of one active check; report none that <see cref="CheckerLag"/> does not count.</summary>
    public bool OnCheck(ServerLoad server, bool ok, string reason, long nowMs) =>
        _options.Health.Active is { } active
        && _byServer.TryGetValue(server, out Member? member)
        && member.OnCheck(ok, reason, active, nowMs)
        && Publish(nowMs);

    /// <summary>A loop saw as many failures in a row as <c>consecutiveFailures</c> says.</summary>
    public bool OnConsecutiveFailures(ServerLoad server, long nowMs) =>
        _options.Health.Passive is { ConsecutiveFailures: > 0 } passive
        && _byServer.TryGetValue(server, out Member? member)
        && TryEject(member, string.Create(CultureInfo.InvariantCulture, $"{passive.ConsecutiveFailures} failures in a row"), nowMs)
        && Publish(nowMs);

    /// <summary>A drained server gets no new requests but those of its sticky clients; undrained, it starts slowly.</summary>
    public bool SetDraining(ServerLoad server, bool draining, long nowMs)
    {
        if (!_byServer.TryGetValue(server, out Member? member) || member.Draining == draining)
            return false;
        member.Draining = draining;
        if (!draining)
            member.StartSlowly(nowMs, "undrained");
        return Publish(nowMs);
    }

    /// <summary>
    /// Time passed: ejections end, weights grow, success rates are compared. To be called about twice a
    /// second, with what the loops counted since the last call.
    /// </summary>
    public bool Tick(long nowMs, ReadOnlySpan<TrafficCount> counts = default)
    {
        foreach (TrafficCount count in counts)
        {
            if (!_byServer.TryGetValue(count.Server, out Member? member))
                continue;
            member.Successes += count.Successes;
            member.Failures += count.Failures;
        }
        foreach (Member member in _members)
        {
            if (member.PenaltyEndsMs <= nowMs)
                member.EndPenalty(nowMs, SlowStartMs);
            if (_options.Health.Passive is { } passive)
                member.Forgive(nowMs, (long)passive.EjectFor.TotalMilliseconds);
        }
        if (_rateWindowEndsMs == Never)
            _rateWindowEndsMs = nowMs + SuccessRate.WindowMs;
        if (nowMs >= _rateWindowEndsMs)
        {
            EjectOutliers(nowMs);
            _rateWindowEndsMs = nowMs + SuccessRate.WindowMs;
        }
        return Publish(nowMs);
    }

    private void EjectOutliers(long nowMs)
    {
        if (_options.Health.Passive is null)
            return;
        var rated = _members
            .Where(m => m.Eligible && m.Successes + m.Failures >= SuccessRate.MinVolume)
            .Select(m => (Member: m, Rate: (double)m.Successes / (m.Successes + m.Failures)))
            .OrderBy(r => r.Rate)
            .ToArray();
        double threshold = SuccessRate.Threshold([.. rated.Select(r => r.Rate)]);
        foreach (var (member, rate) in rated.TakeWhile(r => r.Rate < threshold))
            TryEject(member, string.Create(CultureInfo.InvariantCulture, $"success rate {rate:P1}, the pool's bound is {threshold:P1}"), nowMs);
        foreach (Member member in _members)
            member.Successes = member.Failures = 0;
    }

    /// <summary>Ejects the server, or lowers its weight where the others could not carry its load, or does nothing.</summary>
    private bool TryEject(Member member, string reason, long nowMs)
    {
        if (!member.Eligible || _members.Count(m => m.Eligible) == 1)
            return false;
        double brake = BrakeFactor(member);
        if (brake > 0)
        {
            if (member.Braked)
                return false;
            member.Brake(nowMs, EjectionMs(member.TimesEjected + 1), brake, reason);
            return true;
        }
        if (_members.Count(m => m.Ejected) + 1 > MaxEjected())
            return false;
        member.Eject(nowMs, EjectionMs(member.TimesEjected + 1), reason);
        return true;
    }

    /// <summary>What the removal brake leaves of the server's weight; 0: the others can carry its load.</summary>
    private double BrakeFactor(Member member)
    {
        Member[] rest = [.. _members.Where(m => m != member && m.Eligible && m.Options.Backup == member.Options.Backup)];
        if (rest.Length == 0)
            rest = [.. _members.Where(m => m != member && m.Eligible)];
        long capacity = rest.Any(m => m.Server.Limit == 0) ? 0 : rest.Sum(m => (long)m.Server.Limit);
        long inFlight = member.Server.InFlight + rest.Sum(m => (long)m.Server.InFlight);
        return RemovalBrake.Factor(inFlight, capacity, member.FullWeight, rest.Sum(m => (long)m.Weight));
    }

    private long EjectionMs(int times)
    {
        double baseMs = _options.Health.Passive!.EjectFor.TotalMilliseconds;
        return (long)(baseMs * Math.Min(times, MaxEjectionFactor) * (1 + EjectionJitter * _random.NextDouble()));
    }

    private int MaxEjected() => _options.Health.Passive is { } passive ? (int)(passive.MaxEjected * _members.Length) : 0;

    private void Adopt(IReadOnlyList<PoolServer> servers, long nowMs)
    {
        var before = _members.ToLookup(m => m.Server.Address).ToDictionary(g => g.Key, g => new Queue<Member>(g));
        _members = [.. servers.Select(server => AdoptServer(server, before, nowMs))];
        _byServer = _members.ToFrozenDictionary(m => m.Server);

        bool bounded = _options.Hash.BoundedLoad > 0 && _options.Balance is BalanceAlgorithm.ConsistentHash or BalanceAlgorithm.Maglev;
        _load = bounded ? _load ?? new PoolLoad() : null;
        foreach (Member member in _members)
            member.Server.Attach(_load);
    }

    private Member AdoptServer(PoolServer server, Dictionary<string, Queue<Member>> before, long nowMs)
    {
        server.Load.MaxConnections = server.Options.MaxConnections;
        server.Load.Adapt(_options.AdaptiveConcurrency);
        if (before.TryGetValue(server.Load.Address, out Queue<Member>? same) && same.TryDequeue(out Member? known))
        {
            known.Server = server.Load;
            known.Options = server.Options;
            if (_options.Health.Passive is null)
                known.EndPenalty(nowMs, SlowStartMs);
            return known;
        }
        var added = new Member(server.Load, server.Options);
        added.StartSlowly(nowMs, "added");
        return added;
    }

    /// <summary>Brings what other threads see in line with the members; true: something was different.</summary>
    private bool Publish(long nowMs, bool force = false)
    {
        bool changed = force;
        long nextChangeMs = Never;
        foreach (Member member in _members)
        {
            ServerState state = member.StateAt(nowMs, SlowStartMs);
            int weight = member.WeightAt(nowMs, SlowStartMs);
            changed |= state != member.State || weight != member.Weight;
            member.State = state;
            member.Weight = weight;
            member.Reason = member.ReasonFor(state);
            nextChangeMs = Math.Min(nextChangeMs, member.NextChangeMs(nowMs, SlowStartMs));
        }
        NextChangeMs = nextChangeMs;
        if (changed)
            _set = BuildSet();
        return changed;
    }

    private EligibleSet BuildSet()
    {
        Selection selection = Selection.Of(_members, _options.Health.Floor);
        ServerLoad[] draining = [.. _members.Where(m => m.Draining).Select(m => m.Server)];
        return EligibleSet.Build(_options.Balance, _options.Hash, selection.Candidates, selection.FailOpen, draining, _load, _set);
    }
}
