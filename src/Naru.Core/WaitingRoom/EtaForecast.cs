namespace Naru.Core.WaitingRoom;

/// <summary>
/// How fast visitors come in compared with what <see cref="CallOutlook"/> expects, and how far such forecasts were off: the band is
/// what held four of five of the last forecasts. Each second the waiting time of some places in the line is forecast; when the mark
/// passes them, the error is known, and while they wait, what it will be by what is known now.
/// Owner: the authority. Thread: its.
/// </summary>
internal sealed class EtaForecast
{
    private const int ProbesMax = 1024;
    private const int ErrorsKept = 100;
    private const int ErrorsMin = 8;
    private const int ProbeMs = 1_000;

    /// <summary>Between the places that are forecast at the same time.</summary>
    private const int DistanceFactor = 3;

    /// <summary>A forecast whose time has passed by this share is worth being compared with the present one.</summary>
    private const double PendingShareMin = 0.2;

    /// <summary>The first claims after a standstill come in a rush or late; they say nothing about the speed.</summary>
    private const int SettleMs = 5_000;

    /// <summary>The pace of the last seconds counts,</summary>
    private const double PaceSeconds = 30;

    /// <summary>and those who come late, of the last minutes: sleeping pages wake now and then,</summary>
    private const double LateSeconds = 600;

    /// <summary>and beside both so many admissions that went as expected: where one comes in a minute, chance is no pace.</summary>
    private const double PriorAdmissions = 10;

    private readonly List<Probe> _probes = [];
    private readonly Queue<double>[] _ratios = [.. EtaBand.HorizonsS.Select(_ => new Queue<double>())];
    private readonly List<double> _sorted = [];
    private double _admitted;
    private double _expected;
    private double _late;
    private double _came;
    private double _pending;
    private long _movingSinceMs = -1;
    private long _probedMs = long.MinValue / 2;

    private readonly record struct Probe(long Position, long AtMs, double ForecastMs);

    /// <summary>Admissions for each one that rate and slots allowed.</summary>
    internal double Pace => Math.Clamp((_admitted + PriorAdmissions) / (_expected + PriorAdmissions), 0.2, 2);

    /// <summary>Of the admissions, those of visitors who had counted as gone when they were called, or were not expected.</summary>
    internal double LateShare => Math.Clamp(_late / (_came + 5 * PriorAdmissions), 0, 0.5);

    /// <summary>As <see cref="EtaBand.FirstShares"/>.</summary>
    internal double[] Shares { get; private set; } = EtaBand.FirstShares;

    /// <param name="moving">Somebody waits, and nothing but rate and slots holds the line.</param>
    /// <param name="came">Of those who were just called, how many should come.</param>
    /// <param name="pending">Called visitors who are on their way, or held.</param>
    /// <param name="expectedPerSecond">Admissions, at a pace of 1.</param>
    internal void Advance(bool moving, double came, double admitted, double pending, double expectedPerSecond, double elapsedSeconds, long nowMs)
    {
        double more = pending - _pending;
        _pending = pending;
        if (!moving)
        {
            _movingSinceMs = -1;
            _probes.Clear();
            return;
        }
        if (_movingSinceMs < 0)
            _movingSinceMs = nowMs;
        double keep = Math.Exp(-elapsedSeconds / LateSeconds);
        _late = _late * keep + admitted + more - came;
        _came = _came * keep + admitted;
        if (nowMs - _movingSinceMs < SettleMs)
            return;
        keep = Math.Exp(-elapsedSeconds / PaceSeconds);
        _admitted = _admitted * keep + admitted;
        _expected = _expected * keep + expectedPerSecond * elapsedSeconds;
    }

    /// <summary>Forecasts for places at some distances, once a second; and what the ones before were worth.</summary>
    internal void MakeProbes(RoomView view, long nowMs)
    {
        if (_movingSinceMs < 0 || nowMs - _movingSinceMs < SettleMs || nowMs - _probedMs < ProbeMs)
            return;
        _probedMs = nowMs;
        Shares = SharesNow(view, nowMs);
        for (long distance = view.Limit - 1 - view.Serving; distance >= 1 && _probes.Count < ProbesMax; distance /= DistanceFactor)
        {
            double forecast = ForecastMs(view, view.Serving + distance);
            if (forecast > 4 * EtaBand.GrainMs && forecast < EtaBand.SecondsMax * 1000.0)
                _probes.Add(new Probe(view.Serving + distance, nowMs, forecast));
        }
    }

    internal void Judge(long serving, long nowMs)
    {
        for (int i = _probes.Count - 1; i >= 0; i--)
        {
            var probe = _probes[i];
            if (probe.Position >= serving)
                continue;
            var ratios = _ratios[EtaBand.HorizonOf(probe.ForecastMs)];
            ratios.Enqueue((nowMs - probe.AtMs) / probe.ForecastMs);
            if (ratios.Count > ErrorsKept)
                ratios.Dequeue();
            _probes[i] = _probes[^1];
            _probes.RemoveAt(_probes.Count - 1);
        }
    }

    private static double ForecastMs(RoomView view, long position) => CallOutlook.MiddleMs(view.AheadOf(position) + 0.5, view.CallsAhead);

    private double[] SharesNow(RoomView view, long nowMs)
    {
        double[] shares = new double[EtaBand.FirstShares.Length];
        for (int horizon = 0; horizon < _ratios.Length; horizon++)
        {
            _sorted.Clear();
            _sorted.AddRange(_ratios[horizon]);
            foreach (var probe in _probes)
            {
                double passed = nowMs - probe.AtMs;
                if (EtaBand.HorizonOf(probe.ForecastMs) == horizon && passed >= PendingShareMin * probe.ForecastMs)
                    _sorted.Add((passed + ForecastMs(view, probe.Position)) / probe.ForecastMs);
            }
            _sorted.Sort();
            bool known = _sorted.Count >= ErrorsMin;
            shares[2 * horizon] = known ? Math.Clamp(_sorted[_sorted.Count * 8 / 100] - 0.06, 0.2, 0.95) : EtaBand.FirstShares[2 * horizon];
            shares[2 * horizon + 1] = known ? Math.Clamp(_sorted[_sorted.Count * 92 / 100] + 0.08, 1.05, 3) : EtaBand.FirstShares[2 * horizon + 1];
        }
        return shares;
    }
}
