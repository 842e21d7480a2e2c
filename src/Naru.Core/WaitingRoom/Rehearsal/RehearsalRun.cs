using Rules = Naru.Core.WaitingRoom.Rehearsal.RehearsalLedger.Rules;

namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// Plays a crowd against the code that runs a waiting room, in virtual time.
/// <code>
/// each millisecond:  1 what the plan has in store (faults, the operator)   2 the keepers of the nodes tick
///                    3 visitors whose time it is act                       each second: 4 the books are closed
/// </code>
/// Pure: no clock, no chance but the seed. Thread: the caller's.
/// </summary>
public static class RehearsalRun
{
    /// <summary>When a rehearsal starts: a round number that is far from zero, as real clocks are. 2026-01-01T00:00:00Z.</summary>
    public const long StartMs = 1_767_225_600_000;

    public static RehearsalResult Play(CrowdPlan plan, ulong seed)
    {
        var random = new CrowdRandom(seed);
        var settings = Settings(plan);
        var ledger = new RehearsalLedger(plan, StartMs, settings.OpensMs == 0);
        var store = new RehearsedStore(settings, plan.Events, new CrowdRandom(random.NextUInt64()), StartMs);
        var nodeIds = 0L;
        var nodes = new RehearsedNode[plan.Nodes.Count];
        for (var i = 0; i < nodes.Length; i++)
        {
            var skewMs = plan.Nodes.Skew.TotalMilliseconds;
            nodes[i] = new RehearsedNode(i, (long)((random.NextDouble() * 2 - 1) * skewMs), store, () => ++nodeIds);
        }
        var story = new CrowdStory(plan, random, ledger, store, nodes, StartMs);
        var agenda = new Queue<(long AtMs, Action<long> Do)>(Agenda(plan, settings, ledger, store, story, nodes).OrderBy(a => a.AtMs));
        var endMs = StartMs + (long)plan.Lasts.TotalMilliseconds;
        ledger.BeginSecond();
        for (var nowMs = StartMs; nowMs < endMs; nowMs++)
        {
            while (agenda.TryPeek(out var next) && next.AtMs <= nowMs)
                agenda.Dequeue().Do(nowMs);
            for (var i = 0; i < nodes.Length; i++)
            {
                // Keepers start apart from each other, as they do on real machines.
                if (nowMs >= StartMs + i * RoomLimits.TickMs / nodes.Length && nodes[i].Tick(nowMs, story.AdmittedHigh))
                {
                    ledger.Numbers.Learn(store.View.Draws);
                    story.Unpark(i, nowMs);
                }
            }
            story.Act(nowMs);
            if ((nowMs - StartMs) % 1000 != 999)
                continue;
            ledger.EndSecond(nowMs + 1);
            ledger.BeginSecond();
        }
        return Result(plan, seed, story, ledger, store);
    }

    private static RoomSettings Settings(CrowdPlan plan) => new()
    {
        Name = plan.Room.Name,
        AdmitPerSecond = plan.Room.AdmitPerSecond,
        Active = plan.Room.Active,
        SessionMs = (int)plan.Room.Session.TotalMilliseconds,
        Mode = plan.Room.Mode,
        OpensMs = plan.Opens > TimeSpan.Zero ? StartMs + (long)plan.Opens.TotalMilliseconds : 0,
        PrequeueMs = (int)plan.Room.Prequeue.TotalMilliseconds,
        GraceMs = (int)plan.Room.Grace.TotalMilliseconds,
    };

    private static IEnumerable<(long AtMs, Action<long> Do)> Agenda(
        CrowdPlan plan, RoomSettings settings, RehearsalLedger ledger, RehearsedStore store, CrowdStory story, RehearsedNode[] nodes)
    {
        if (settings.OpensMs > 0)
            yield return (settings.OpensMs, Control);
        foreach (var e in plan.Events)
        {
            var (fromMs, toMs) = (StartMs + (long)e.At.TotalMilliseconds, StartMs + (long)(e.At + e.For).TotalMilliseconds);
            switch (e.Kind)
            {
                case CrowdEventKind.StoreRestart:
                    yield return (fromMs, store.Restart);
                    break;
                case CrowdEventKind.StoreDown when nodes.Length > 1:
                    foreach (var node in Meant(e))
                    {
                        yield return (fromMs, now => story.CutOff(node, now));
                        yield return (toMs, now => story.Reconnect(node, now));
                    }
                    break;
                case CrowdEventKind.NodeRestart:
                    foreach (var node in Meant(e))
                    {
                        yield return (fromMs, now => story.Kill(node, now));
                        yield return (toMs, nodes[node].Start);
                    }
                    break;
                case CrowdEventKind.Pause:
                    yield return (fromMs, now => Change(store.Controls with { Paused = true }, now));
                    yield return (toMs, now => Change(store.Controls with { Paused = false }, now));
                    break;
                case CrowdEventKind.Admit:
                    yield return (fromMs, now => Change(store.Controls with { AdmitPerSecond = e.Value }, now));
                    break;
                case CrowdEventKind.Active:
                    yield return (fromMs, now => Change(store.Controls with { Active = e.Value }, now));
                    break;
            }
        }

        IEnumerable<int> Meant(CrowdEvent e) => Enumerable.Range(0, nodes.Length).Where(i => e.Node == 0 || e.Node == i + 1);

        void Change(RoomControls controls, long nowMs)
        {
            store.Control(controls, nowMs);
            Control(nowMs);
        }

        void Control(long nowMs)
        {
            ledger.SetRate(nowMs < settings.OpensMs ? 0 : store.AdmitPerSecond, store.Controls.Paused, nowMs);
            ledger.SetLimit(store.ActiveLimit, nowMs);
        }
    }

    private static RehearsalResult Result(CrowdPlan plan, ulong seed, CrowdStory story, RehearsalLedger ledger, RehearsedStore store)
    {
        var inversions = ledger.Numbers.Inversions(store.View.UndrawnFrom);
        var seconds = ledger.Seconds;
        return new RehearsalResult
        {
            Plan = plan,
            Seed = seed,
            Visitors = story.Count,
            Seconds = seconds,
            Invariants = [.. Invariants(ledger, store, inversions)],
            Inversions = inversions,
            Eta = ledger.Eta.Measure(),
            Wait = ledger.Wait,
            TurnToAdmission = ledger.TurnToAdmission,
            WaitByArrival = ledger.WaitByArrival,
            Totals = new RehearsalTotals
            {
                Joined = seconds.Sum(s => (long)s.Joined),
                Polled = seconds.Sum(s => (long)s.Polled),
                Admitted = seconds.Sum(s => (long)s.Admitted),
                Direct = seconds.Sum(s => (long)s.Direct),
                Left = seconds.Sum(s => (long)s.Left),
                Held = seconds.Sum(s => (long)s.Held),
                Refused = seconds.Sum(s => (long)s.Refused),
                Waiting = ledger.Waiting,
                ActiveMax = ledger.ActiveMax,
                LargestExcess = ledger.Admissions.LargestExcess,
                LargestExcessBound = AdmissionMeter.BoundOf(seconds.Max(s => s.Rate)),
                NumbersRepeated = ledger.Numbers.Repeated,
                VisitorsLost = ledger.Lost,
                IdleShare = ledger.IdleShare,
                PollsPerSecondMax = seconds.Max(s => s.Polled),
            },
        };
    }

    private static IEnumerable<RehearsalInvariant> Invariants(RehearsalLedger ledger, RehearsedStore store, InversionFigures inversions)
    {
        yield return Zero(Rules.Numbers, ledger.Numbers.Repeated);
        yield return Zero(Rules.Lost, ledger.Lost);
        yield return Seen(Rules.Rate, $"{ledger.Admissions.LargestShare:0.00} of the bound", "1");
        yield return Seen(Rules.Active, $"{ledger.ActiveMax}", $"{ledger.Limit}");
        yield return Seen(Rules.Paused, "0", "0");
        yield return Zero(Rules.Slot, ledger.Slots.Doubled + ledger.Slots.Repeated);
        yield return Seen(Rules.Turn, "0", "0");
        yield return Seen(Rules.Order, "0", "0");
        yield return Zero(Rules.Mark, store.Mark.Retreats);
        yield return Seen(Rules.Pass, "0", "0");
        yield return Limited(Rules.Inversion, inversions.LargestMs, inversions.Count == 0 ? "" : string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"number {inversions.Worst} was given {(ledger.Numbers.JoinedMs(inversions.Worst) - StartMs) / 1000.0:0.00} s after the start, {inversions.Overtaken} before"));
        yield return Limited(Rules.Direct, ledger.DirectOvertakesMs, ledger.Broken(Rules.Direct) ?? "");

        RehearsalInvariant Zero(string rule, long seen) => new(rule, $"{seen}", "0", ledger.Broken(rule) ?? (seen == 0 ? null : "it happened"));

        RehearsalInvariant Seen(string rule, string seen, string bound) => new(rule, ledger.Broken(rule) is null ? seen : "broken", bound, ledger.Broken(rule));

        RehearsalInvariant Limited(string rule, long seenMs, string how)
            => new(rule, $"{seenMs} ms", $"{ledger.OrderMs} ms", seenMs <= ledger.OrderMs ? null : how);
    }
}
