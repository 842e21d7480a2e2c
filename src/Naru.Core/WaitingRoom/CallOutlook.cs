namespace Naru.Core.WaitingRoom;

/// <summary>
/// How many visitors will have been called by when, if everything goes on as it is: plays the next hour forward, in which sessions
/// grow older and end, and whoever may come in by rate and free slots does. A room that fills up calls fast at first, and then as
/// fast as visitors leave: one speed would tell the first half of a crowd too much or the second too little.
/// Owner: the authority. Thread: its.
/// </summary>
internal sealed class CallOutlook
{
    /// <summary>The times that are told, in seconds; beyond, the last speed goes on.</summary>
    internal static readonly int[] TimesS = [1, 5, 10, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 420, 600, 900, 1_200, 1_800, 3_600];

    private const double MinuteStepS = 1;
    private const double HourStepS = 10;

    private readonly double[] _inside = new double[SessionAges.EndsS.Length];
    private readonly double[] _ends = new double[SessionAges.EndsS.Length];

    /// <summary>[i]: present visitors called within <see cref="TimesS"/>[i]. A new array for each outlook.</summary>
    internal double[] Calls { get; private set; } = [];

    /// <summary>Admissions of the next second.</summary>
    internal double AdmissionsPerSecond { get; private set; }

    /// <param name="perSecond">Admissions that the rate allows.</param>
    /// <param name="active">Visitors who may be inside.</param>
    /// <param name="pace">Of admissions, compared with what rate and free slots allow.</param>
    /// <param name="missing">Visitors to be called before the next admission; below zero: so many are on their way already.</param>
    /// <param name="callsPerAdmission">Some who are called do not come, others come when nobody counts on them any more.</param>
    internal void Play(double perSecond, int active, SessionAges ages, double pace, double missing, double callsPerAdmission)
    {
        // Whoever set rate and limit knows how long people stay: so that both are used. Who stays longer stays ever longer.
        double planned = active == 0 ? 0 : Math.Min(perSecond / active, 1);
        double expected = planned;
        double inside = 0;
        for (int i = 0; i < _inside.Length; i++)
        {
            _inside[i] = ages.Counts[i];
            _ends[i] = ages.EndShare(i, expected);
            expected = _ends[i] * (i == 0 ? 1 : SessionAges.EndsS[i - 1] / (double)SessionAges.EndsS[i]);
            if (SessionAges.EndsS[i] * planned < 1)
                expected = Math.Max(expected, planned);
            inside += _inside[i];
        }
        double[] calls = new double[TimesS.Length];
        double admitted = 0;
        double at = 0;
        for (int time = 0; time < TimesS.Length; time++)
        {
            while (at < TimesS[time])
            {
                double step = Math.Min(at < 60 ? MinuteStepS : HourStepS, TimesS[time] - at);
                inside -= Age(step);
                double enter = Math.Clamp(active - inside, 0, perSecond * step);
                _inside[0] += enter;
                inside += enter;
                admitted += enter;
                at += step;
            }
            if (time == 0)
                AdmissionsPerSecond = admitted;
            calls[time] = Math.Max(0, admitted * pace + missing) * callsPerAdmission;
        }
        Calls = calls;
    }

    /// <summary>When so many will have been called; a part of one counts as a part of the time.</summary>
    internal static double MiddleMs(double count, double[] calls)
    {
        double reached = 0;
        double atMs = 0;
        for (int i = 0; i < calls.Length; i++)
        {
            double nextMs = TimesS[i] * 1000.0;
            if (calls[i] >= count)
                return atMs + (nextMs - atMs) * (count - reached) / Math.Max(calls[i] - reached, 1e-9);
            (reached, atMs) = (calls[i], nextMs);
        }
        double perMs = calls.Length < 2 ? 0 : (calls[^1] - calls[^2]) / ((TimesS[^1] - TimesS[^2]) * 1000.0);
        return perMs <= 0 ? EtaBand.SecondsMax * 1000.0 : Math.Min(EtaBand.SecondsMax * 1000.0, atMs + (count - reached) / perMs);
    }

    /// <returns>How many sessions end.</returns>
    private double Age(double step)
    {
        double ended = 0;
        for (int i = _inside.Length - 1; i >= 0; i--)
        {
            double ends = _inside[i] * (1 - Math.Exp(-_ends[i] * step));
            ended += ends;
            _inside[i] -= ends;
            if (i == _inside.Length - 1)
                continue;
            double width = SessionAges.EndsS[i] - (i == 0 ? 0 : SessionAges.EndsS[i - 1]);
            double older = _inside[i] * Math.Min(1, step / width);
            _inside[i] -= older;
            _inside[i + 1] += older;
        }
        return ended;
    }
}
