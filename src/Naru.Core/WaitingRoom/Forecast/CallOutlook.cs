namespace Naru.Core.WaitingRoom.Forecast;

/// <summary>
/// How many visitors will have been called by when, if everything goes on as it is: plays the next hour forward, in which sessions
/// grow older and end, and whoever may come in by rate and free slots does. A room that fills up calls fast at first, and then as
/// fast as visitors leave: one speed would tell the first half of a crowd too much or the second too little.
/// Played three times: as sessions end most likely, as soon as they may well end, and as late.
/// Owner: the authority. Thread: its.
/// </summary>
internal sealed class CallOutlook
{
    /// <summary>The times that are told, in seconds; beyond, the last speed goes on.</summary>
    internal static readonly double[] TimesS = [1, 5, 10, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 420, 600, 900, 1_200, 1_800, 2_700, 3_600];

    /// <summary>Nobody knows for how long people go on to give up at the present pace.</summary>
    private const double LeavingMax = 20;

    /// <summary>Whether rate or slots hold the line goes by so much time.</summary>
    private const double FullS = 5;

    private const int MinuteS = 60;

    [ThreadStatic]
    private static InsideOutlook? t_inside;

    private readonly double[] _calls = new double[TimesS.Length];
    private bool _isFull;
    private double _perSecond;

    /// <summary>[i]: present visitors called within <see cref="TimesS"/>[i]. A new array for each outlook.</summary>
    internal double[] Calls { get; private set; } = [];

    /// <summary>[i]: when <see cref="Calls"/>[i] are called at the soonest, in seconds.</summary>
    internal double[] SoonestS { get; private set; } = [];

    /// <summary>And at the latest.</summary>
    internal double[] LatestS { get; private set; } = [];

    /// <summary>Admissions, on the average of the next minute.</summary>
    internal double AdmissionsPerSecond { get; private set; }

    /// <summary>Free slots hold the next ones, and not the rate.</summary>
    internal bool IsFull { get; private set; }

    /// <param name="settings">In force.</param>
    /// <param name="pace">How much of what they allow is used, and how many calls an admission takes.</param>
    /// <param name="missing">Visitors to be called before the next admission; below zero: so many are on their way already.</param>
    /// <param name="errors">Of former outlooks; also who gives up: places that need no call.</param>
    internal void Play(RoomSettings settings, SessionAges ages, CallPace pace, EtaErrors errors, double missing)
    {
        var inside = t_inside ??= new InsideOutlook();
        Play(quickness: 0);
        (AdmissionsPerSecond, IsFull) = (_perSecond, _isFull);
        Calls = [.. _calls];
        Play(quickness: 1);
        SoonestS = [.. Calls.Select((count, i) => Math.Min(TimesS[i] * errors.SharesAt(TimesS[i]).Low, EtaBand.At(count, _calls, TimesS)))];
        Play(quickness: -1);
        LatestS = [.. Calls.Select((count, i) => Math.Max(TimesS[i] * errors.SharesAt(TimesS[i]).High, EtaBand.At(count, _calls, TimesS)))];

        void Play(int quickness)
        {
            inside.Start(settings.AdmitPerSecond * pace.RateUse, settings.Active * pace.SlotUse, settings, ages, quickness);
            _isFull = false;
            double calls = 0;
            double admitted = 0;
            double byChance = 0;
            for (int time = 0; time < TimesS.Length; time++)
            {
                while (inside.AtS < TimesS[time])
                {
                    double middleS = inside.AtS + inside.StepS / 2.0;
                    double enter = inside.Step(out bool isFull);
                    _isFull |= isFull && middleS < FullS;
                    byChance += isFull ? enter : 0;
                    admitted += enter;
                    calls += enter * Math.Min(LeavingMax, Math.Exp(errors.LeavingPerSecond * middleS));
                }
                // The first time is within a step.
                _calls[time] = Math.Max(time == 0 ? 0 : _calls[time - 1], Called(calls * TimesS[time] / inside.AtS));
                if (inside.AtS <= MinuteS)
                    _perSecond = admitted / inside.AtS;
            }

            double Called(double admitted) => Math.Max(0, admitted + missing + ByChance(quickness, byChance)) * pace.CallsPerAdmission;
        }
    }

    /// <summary>
    /// How many more, or fewer, of so many that come by chance. Fewer: k of them have come, nine times of ten, when k + z · √k were
    /// expected, so of n expected ones n + z²/2 - z · √(n + z²/4).
    /// </summary>
    private static double ByChance(int quickness, double expected)
    {
        const double z = SessionAges.Deviation;
        return quickness switch
        {
            > 0 => z * Math.Sqrt(expected),
            < 0 => z * z / 2 - z * Math.Sqrt(expected + z * z / 4),
            _ => 0,
        };
    }
}
