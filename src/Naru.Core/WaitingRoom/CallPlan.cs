namespace Naru.Core.WaitingRoom;

/// <summary>
/// How many visitors to call. Who is called comes within a poll interval, or not at all; who came and was held by the gate comes
/// again soon. So that rate and free slots are used, enough of them must be on their way.
/// Owner: the authority. Thread: its.
/// </summary>
internal sealed class CallPlan
{
    /// <summary>How far ahead of the rate visitors are called: the front's longest poll interval and a little.</summary>
    internal const double LeadSeconds = 3;

    /// <summary>A cohort is judged when its slowest member had time to come.</summary>
    internal const int JudgeMs = 8_000;

    private const int CohortMs = 250;

    /// <summary>Of the share of those who come: the weight of about so many called visitors.</summary>
    private const double ShareMemory = 200;

    private readonly Queue<Cohort> _cohorts = new();
    private Cohort? _open;
    private long _heldBase;
    private double _expected;

    private sealed class Cohort(long startMs, long from)
    {
        internal long StartMs { get; } = startMs;
        internal long From { get; } = from;
        internal double Called { get; set; }
        internal double Came { get; set; }
    }

    /// <summary>Of the visitors who are called while present, those who come.</summary>
    internal double ShowShare { get; private set; } = 0.85;

    /// <summary>Called, present, and did not come; since the start.</summary>
    internal double Gone { get; private set; }

    /// <summary>Since the start.</summary>
    internal double Called { get; private set; }

    /// <summary>Came and were held by the gate.</summary>
    internal long Held => Math.Max(0, _heldBase);

    /// <summary>Visitors on their way: expected, or held.</summary>
    internal double Pending => _expected + Held;

    /// <summary>How many more visitors should come, or are too many on their way (below zero).</summary>
    /// <param name="perSecond">Admissions that the rate allows.</param>
    /// <param name="openSlots">Slots that are free, or granted and not taken.</param>
    /// <param name="freedPerSecond">Slots that become free.</param>
    /// <param name="burst">Admissions at once on one node.</param>
    /// <param name="leadSeconds">Longer than <see cref="LeadSeconds"/> when everybody polls seldom, as after an opening.</param>
    internal double Need(double perSecond, int openSlots, double freedPerSecond, double leadSeconds, double burst)
    {
        double byRate = perSecond * (leadSeconds + RareSeconds(burst));
        // The fewer, the more chance decides whether somebody is there at the right moment.
        byRate += 2 * Math.Sqrt(byRate);
        double bySlots = openSlots + Math.Floor(freedPerSecond * LeadSeconds);
        return Math.Min(byRate, bySlots) - Pending;
    }

    /// <summary>
    /// The bucket of a small rate holds one admission: whatever time passes until somebody asks for it is lost. 95 % of it are used
    /// when visitors ask 19 times as often as one gets in (a bucket of two: 4 times), that is, when so many seconds of it are held.
    /// </summary>
    internal static double RareSeconds(double burst) => 5 * Math.Clamp(2 - burst, 0, 1);

    internal void Call(long from, double called, long nowMs)
    {
        if (_open is null || nowMs - _open.StartMs >= CohortMs)
            _cohorts.Enqueue(_open = new Cohort(nowMs, from));
        _open.Called += called;
        Called += called;
        _expected += called * ShowShare;
    }

    /// <summary>A visitor tried to claim for the first time.</summary>
    /// <param name="serving">The mark. Who stands beyond it was called by a turn of a priority class: they were not expected.</param>
    internal void Came(long position, long serving)
    {
        _heldBase++;
        if (position >= serving)
            return;
        Cohort? of = null;
        foreach (var cohort in _cohorts)
        {
            if (cohort.From > position)
                break;
            of = cohort;
        }
        if (of is not null)
            of.Came++;
    }

    internal void Admitted() => _heldBase--;

    /// <summary>Nodes count once a second who came and is still held: those who gave up fall out.</summary>
    internal void CountHeld(long held) => _heldBase = held;

    internal void Advance(long nowMs, int judgeMs)
    {
        while (_cohorts.TryPeek(out var oldest) && nowMs - oldest.StartMs > judgeMs)
        {
            _cohorts.Dequeue();
            if (oldest == _open)
                _open = null;
            if (oldest.Called < 1e-6)
                continue;
            double share = Math.Min(1, oldest.Came / oldest.Called);
            double weight = Math.Min(0.5, oldest.Called / ShareMemory);
            ShowShare = Math.Clamp(ShowShare + weight * (share - ShowShare), 0.05, 1);
            Gone += Math.Max(0, oldest.Called - oldest.Came);
        }
        _expected = 0;
        foreach (var cohort in _cohorts)
            _expected += Math.Max(0, cohort.Called * ShowShare - cohort.Came);
    }

    internal void Clear()
    {
        _cohorts.Clear();
        _open = null;
        _heldBase = 0;
        _expected = 0;
    }
}
