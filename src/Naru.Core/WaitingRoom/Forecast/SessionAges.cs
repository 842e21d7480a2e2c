namespace Naru.Core.WaitingRoom.Forecast;

/// <summary>
/// How long sessions last. A session in use has an age; of those that are so old, some end and some fall idle in a second. One
/// that has been idle for a while ends when its time is over, and everybody knows when. Sessions that still go on count as well,
/// so the first minutes of a room do not look as if everybody left soon. Of an age that no session has reached, nothing is known
/// but what <see cref="ExpectedStay"/> says: three answers then lie far apart, and draw together as sessions end.
/// Owner: the authority. Thread: its.
/// </summary>
internal sealed class SessionAges
{
    /// <summary>Sessions are counted by ages of so many seconds,</summary>
    internal const int BinS = 5;

    /// <summary>up to an hour; the last bin has all who are older.</summary>
    internal const int Bins = 3_600 / BinS + 1;

    /// <summary>Upper ends of the classes of age, whole bins each; the last has none. What ends is known by class.</summary>
    internal static readonly int[] EndsS = [5, 10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 600, 900, 1_800, 3_600, int.MaxValue];

    /// <summary>A tenth of all Poisson counts lie further from their mean than so many times its root, on one side.</summary>
    internal const double Deviation = 1.28;

    /// <summary>What was seen fades out: the visitors of the evening are not those of the morning.</summary>
    private const double MemorySeconds = 900;

    /// <summary>A class says what it has seen once its sessions add up to some times this.</summary>
    private const double PriorSeconds = 100;

    /// <summary>The expectation as a whole is worth so many sessions that ended: with more, it is scaled to what was seen.</summary>
    private const double PriorEnds = 3;

    private readonly double[] _livedS = new double[EndsS.Length];
    private readonly double[] _ended = new double[EndsS.Length];
    private readonly double[] _idled = new double[EndsS.Length];
    private int[] _counting = [];
    private int[] _countingIdle = [];
    private double _wentIdle;
    private double _cameBack;

    /// <summary>Sessions in use, of each bin of age, at the last count; empty as long as there was none.</summary>
    internal int[] Counts { get; private set; } = [];

    /// <summary>Idle sessions by the time until they end.</summary>
    internal int[] IdleCounts { get; private set; } = [];

    /// <summary>Of the idle sessions, those that are used again before they end.</summary>
    internal double BackShare => Math.Min(1, _cameBack / (_wentIdle + PriorEnds));

    /// <summary>Whoever has not been seen for so long has most likely left.</summary>
    internal static int IdleMs(int sessionMs) => Math.Max(sessionMs / 4, Math.Min(sessionMs / 2, 30_000));

    internal void Count(long ageMs)
    {
        Begin();
        _counting[BinOf(ageMs)]++;
    }

    internal void CountIdle(long leftMs)
    {
        Begin();
        _countingIdle[BinOf(leftMs)]++;
    }

    /// <summary>Of a session in use.</summary>
    internal void End(long ageMs) => _ended[ClassOf(ageMs)]++;

    internal void GoIdle(long ageMs)
    {
        _idled[ClassOf(ageMs)]++;
        _wentIdle++;
    }

    internal void ComeBack(long ageMs)
    {
        ref double idled = ref _idled[ClassOf(ageMs)];
        idled = Math.Max(0, idled - 1);
        _cameBack++;
    }

    /// <summary>Every session was counted once since the last call.</summary>
    internal void EndCount(double elapsedSeconds)
    {
        double keep = Math.Exp(-elapsedSeconds / MemorySeconds);
        for (int i = 0; i < EndsS.Length; i++)
        {
            _livedS[i] *= keep;
            _ended[i] *= keep;
            _idled[i] *= keep;
        }
        _wentIdle *= keep;
        _cameBack *= keep;
        int index = 0;
        for (int bin = 0; bin < _counting.Length; bin++)
        {
            if (bin * BinS >= EndsS[index])
                index++;
            _livedS[index] += _counting[bin] * elapsedSeconds;
        }
        (Counts, _counting) = (_counting, Counts);
        (IdleCounts, _countingIdle) = (_countingIdle, IdleCounts);
        Array.Clear(_counting);
        Array.Clear(_countingIdle);
    }

    /// <summary>Of the sessions in use of each class, the shares that end and that fall idle in a second.</summary>
    /// <param name="quickness">Above 0: as many as may well be; below: as few; 0: between.</param>
    internal void Shares(ExpectedStay stay, int quickness, Span<double> ends, Span<double> idles)
    {
        double expected = PriorEnds;
        double seen = PriorEnds;
        double idled = PriorEnds / 2;
        for (int i = 0; i < EndsS.Length; i++)
        {
            expected += stay.EndShare(MiddleS(i)) * _livedS[i];
            seen += _ended[i] + _idled[i];
            idled += _idled[i];
        }
        double idleShare = idled / seen;
        double scale = seen / expected;
        (stay, scale) = quickness switch
        {
            > 0 => (stay.Sooner(PriorEnds / seen), Math.Max(1, scale)),
            < 0 => (stay.Later, Math.Min(1, scale)),
            _ => (stay, Math.Sqrt(scale)),
        };
        for (int i = 0; i < EndsS.Length; i++)
        {
            double over = _ended[i] + _idled[i];
            double share = (Math.Max(0, over + quickness * Deviation * Math.Sqrt(over)) + PriorSeconds * scale * stay.EndShare(MiddleS(i))) / (_livedS[i] + PriorSeconds);
            idles[i] = share * (_idled[i] + PriorEnds * idleShare) / (over + PriorEnds);
            ends[i] = share - idles[i];
        }
    }

    internal static int ClassOf(long ageMs)
    {
        int index = Array.BinarySearch(EndsS, (int)Math.Clamp(ageMs / 1000, 0, int.MaxValue - 1));
        return index < 0 ? ~index : index + 1;
    }

    /// <summary>A room that nobody enters needs no room for ages.</summary>
    private void Begin()
    {
        if (_counting.Length == 0)
            (_counting, _countingIdle, Counts, IdleCounts) = (new int[Bins], new int[Bins], new int[Bins], new int[Bins]);
    }

    private static int BinOf(long ms) => (int)Math.Clamp(ms / (BinS * 1000), 0, Bins - 1);

    private static double MiddleS(int index) => index switch
    {
        0 => EndsS[0] / 2.0,
        _ when index == EndsS.Length - 1 => 1.5 * EndsS[^2],
        _ => (EndsS[index - 1] + EndsS[index]) / 2.0,
    };
}
