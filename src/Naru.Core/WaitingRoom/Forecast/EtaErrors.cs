namespace Naru.Core.WaitingRoom.Forecast;

/// <summary>
/// How far the last forecasts were off. Now and then the waiting time of some places in the line is forecast; when the mark passes
/// them, the error is known, and while they wait, what it will be by what is known now. A told band is never narrower than what
/// held four of five of them.
/// Owner: the authority. Thread: its.
/// </summary>
internal sealed class EtaErrors
{
    /// <summary>Seconds of the forecasts whose errors are kept apart: what is far is less certain.</summary>
    internal static readonly int[] HorizonsS = [15, 60, 240, 960];

    /// <summary>Where the band starts and ends, as shares of the forecast, for each of <see cref="HorizonsS"/>, as long as no error is known.</summary>
    private static readonly double[] FirstShares = [0.7, 1.35, 0.65, 1.4, 0.6, 1.4, 0.55, 1.4];

    /// <summary>What is known at first counts like so many errors.</summary>
    private const double FirstWeight = 20;

    private const int ErrorsKept = 72;

    /// <summary>Forecasts that follow each other closely have one error.</summary>
    private const int ProbeMsMin = 5_000;

    private const int ProbesAHorizon = 15;

    /// <summary>Between the places that are forecast at the same time.</summary>
    private const int DistanceFactor = 2;

    /// <summary>A forecast whose time has passed by this share is worth being compared with the present one.</summary>
    private const double PendingShareMin = 0.2;

    private const int ProbesMax = 1024;

    /// <summary>Told bands whose end is known, for the operator.</summary>
    private const int BandsKept = 200;

    /// <summary>Who gives up is measured over so much time,</summary>
    private const double LeavingSeconds = 600;

    /// <summary>and beside it so much in which nobody did.</summary>
    private const double LeavingPriorSeconds = 60;

    /// <summary>More is a fault of the count.</summary>
    private const double LeavingMax = 1 / 60.0;

    private readonly List<Probe> _probes = [];
    private readonly Queue<double>[] _ratios = [.. HorizonsS.Select(_ => new Queue<double>())];
    private readonly Queue<bool> _held = new();
    private readonly long[] _nextMs = new long[HorizonsS.Length];
    private readonly List<double> _sorted = [];
    private double[] _shares = FirstShares;
    private double _left;
    private double _waitedS;
    private double _waiting;
    private double _called;

    private readonly record struct Probe(long Position, long AtMs, double ForecastS, long Ahead, int LowS, int HighS);

    /// <summary>Of the last told bands, the share in which the turn came; below zero: none has ended.</summary>
    internal double HeldShare => _held.Count == 0 ? -1 : _held.Count(h => h) / (double)_held.Count;

    /// <summary>Of those who stand before somebody, the share that gives up in a second.</summary>
    internal double LeavingPerSecond => Math.Clamp(_left / (_waitedS + LeavingPriorSeconds * _waiting + 1), 0, LeavingMax);

    /// <summary>Forecasts that nobody could keep: the line stood still.</summary>
    internal void Forget() => _probes.Clear();

    /// <summary>Forecasts for places at some distances; and what the ones before were worth.</summary>
    internal void Forecast(RoomView view, long nowMs)
    {
        for (long distance = view.Limit - 1 - view.Serving; distance >= 1 && _probes.Count < ProbesMax; distance /= DistanceFactor)
        {
            double forecast = ForecastS(view, view.Serving + distance);
            int horizon = HorizonOf(forecast);
            if (forecast < 4 * EtaBand.GrainMs / 1000 || forecast >= EtaBand.SecondsMax || nowMs < _nextMs[horizon])
                continue;
            _nextMs[horizon] = nowMs + Math.Max(ProbeMsMin, HorizonsS[horizon] * 1000 / ProbesAHorizon);
            long ahead = view.AheadOf(view.Serving + distance);
            var (lowS, highS) = view.EtaOf(ahead);
            _probes.Add(new Probe(view.Serving + distance, nowMs, forecast, ahead, lowS, highS));
        }
    }

    internal void Judge(long serving, long nowMs)
    {
        for (int i = _probes.Count - 1; i >= 0; i--)
        {
            var probe = _probes[i];
            if (probe.Position >= serving)
                continue;
            double tookS = (nowMs - probe.AtMs) / 1000.0;
            _held.Enqueue(tookS >= probe.LowS && tookS < probe.HighS + 1);
            if (_held.Count > BandsKept)
                _held.Dequeue();
            var ratios = _ratios[HorizonOf(probe.ForecastS)];
            ratios.Enqueue(tookS / probe.ForecastS);
            if (ratios.Count > ErrorsKept)
                ratios.Dequeue();
            _probes[i] = _probes[^1];
            _probes.RemoveAt(_probes.Count - 1);
        }
    }

    /// <summary>Who stood before a place, and is neither there any more nor called, has given up.</summary>
    /// <param name="called">Called while present, since the start.</param>
    internal void CountLeaving(RoomView view, double called, double elapsedSeconds)
    {
        double calls = called - _called;
        _called = called;
        double keep = Math.Exp(-elapsedSeconds / LeavingSeconds);
        _left *= keep;
        _waitedS *= keep;
        _waiting = 0;
        for (int i = 0; i < _probes.Count; i++)
        {
            var probe = _probes[i];
            long ahead = view.AheadOf(probe.Position);
            _waiting += probe.Ahead;
            _waitedS += probe.Ahead * elapsedSeconds;
            _left += probe.Ahead - calls - ahead;
            _probes[i] = probe with { Ahead = ahead };
        }
    }

    internal void Learn(RoomView view, long nowMs)
    {
        double[] shares = new double[FirstShares.Length];
        for (int horizon = 0; horizon < _ratios.Length; horizon++)
        {
            _sorted.Clear();
            _sorted.AddRange(_ratios[horizon]);
            foreach (var probe in _probes)
            {
                double passed = (nowMs - probe.AtMs) / 1000.0;
                if (HorizonOf(probe.ForecastS) == horizon && passed >= PendingShareMin * probe.ForecastS)
                    _sorted.Add((passed + ForecastS(view, probe.Position)) / probe.ForecastS);
            }
            _sorted.Sort();
            var (low, high) = (FirstShares[2 * horizon], FirstShares[2 * horizon + 1]);
            double weight = _sorted.Count / (_sorted.Count + FirstWeight);
            if (_sorted.Count > 0)
            {
                low += weight * (Math.Clamp(_sorted[_sorted.Count / 10] - 0.04, 0.2, 0.9) - low);
                high += weight * (Math.Clamp(_sorted[_sorted.Count * 9 / 10] + 0.06, 1.12, 3) - high);
            }
            shares[2 * horizon] = low;
            shares[2 * horizon + 1] = high;
        }
        _shares = shares;
    }

    /// <summary>Where the band of a forecast starts and ends, as shares of it.</summary>
    internal (double Low, double High) SharesAt(double forecastS)
    {
        double seconds = Math.Clamp(forecastS, HorizonsS[0], HorizonsS[^1]);
        int i = 0;
        while (i < HorizonsS.Length - 2 && seconds > HorizonsS[i + 1])
            i++;
        double part = Math.Log(seconds / HorizonsS[i]) / Math.Log(HorizonsS[i + 1] / (double)HorizonsS[i]);
        return (
            _shares[2 * i] + part * (_shares[2 * i + 2] - _shares[2 * i]),
            _shares[2 * i + 1] + part * (_shares[2 * i + 3] - _shares[2 * i + 1]));
    }

    private static double ForecastS(RoomView view, long position) => EtaBand.At(view.AheadOf(position) + 0.5, view.CallsAhead, CallOutlook.TimesS);

    /// <summary>The class of <see cref="HorizonsS"/> that a forecast is nearest to, as orders of magnitude go.</summary>
    private static int HorizonOf(double forecastS)
    {
        int index = 0;
        while (index < HorizonsS.Length - 1 && forecastS * forecastS > (double)HorizonsS[index] * HorizonsS[index + 1])
            index++;
        return index;
    }
}
