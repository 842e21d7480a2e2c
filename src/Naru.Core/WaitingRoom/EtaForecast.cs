namespace Naru.Core.WaitingRoom;

/// <summary>
/// How fast the line moves, and how far such forecasts were off: the band is what held four of five of the last forecasts.
/// Each second the waiting time of some places in the line is forecast; when the mark passes them, the error is known.
/// Owner: the authority. Thread: its.
/// </summary>
internal sealed class EtaForecast
{
    private const int ProbesMax = 256;
    private const int ErrorsKept = 100;
    private const int ProbeMs = 1_000;

    /// <summary>The first claims after a standstill come in a rush or late; they say nothing about the speed.</summary>
    private const int SettleMs = 5_000;

    private readonly List<Probe> _probes = [];
    private readonly List<double> _ratios = [];
    private readonly double[] _sorted = new double[ErrorsKept];
    private readonly EwmaRate _speed = new(seconds: 15);
    private long _movingSinceMs = -1;
    private long _probedMs = long.MinValue / 2;
    private int _nextRatio;

    private readonly record struct Probe(long Position, long AtMs, double ForecastMs);

    internal double CalledPerSecond => _speed.PerSecond;

    /// <summary>The band as shares of the forecast.</summary>
    internal double LowShare { get; private set; } = 0.8;

    internal double HighShare { get; private set; } = 1.25;

    /// <param name="moving">Somebody waits, and nothing but rate and slots holds the line.</param>
    /// <param name="expected">Calls a second by rate and share of those who come, as long as nothing was measured.</param>
    internal void Advance(bool moving, double called, double expected, double elapsedSeconds, long nowMs)
    {
        if (_speed.PerSecond <= 0)
            _speed.Set(expected);
        if (!moving)
        {
            _movingSinceMs = -1;
            _probes.Clear();
            _speed.Set(_speed.PerSecond + (expected - _speed.PerSecond) * Math.Min(1, elapsedSeconds / 10));
            return;
        }
        if (_movingSinceMs < 0)
            _movingSinceMs = nowMs;
        if (nowMs - _movingSinceMs >= SettleMs)
            _speed.Add(called, elapsedSeconds);
    }

    /// <summary>Forecasts for places at some distances, once a second.</summary>
    internal void MakeProbes(RoomView view, long nowMs)
    {
        if (_movingSinceMs < 0 || nowMs - _movingSinceMs < SettleMs || nowMs - _probedMs < ProbeMs || CalledPerSecond <= 0)
            return;
        _probedMs = nowMs;
        for (long distance = view.Limit - 1 - view.Serving; distance >= 8 && _probes.Count < ProbesMax; distance /= 8)
        {
            double forecast = EtaBand.MiddleMs(view.AheadOf(view.Serving + distance), CalledPerSecond);
            if (forecast > 4 * EtaBand.GrainMs)
                _probes.Add(new Probe(view.Serving + distance, nowMs, forecast));
        }
    }

    internal void Judge(long serving, long nowMs)
    {
        int before = _nextRatio;
        for (int i = _probes.Count - 1; i >= 0; i--)
        {
            var probe = _probes[i];
            if (probe.Position >= serving)
                continue;
            double ratio = (nowMs - probe.AtMs) / probe.ForecastMs;
            if (_ratios.Count < ErrorsKept)
                _ratios.Add(ratio);
            else
                _ratios[_nextRatio % ErrorsKept] = ratio;
            _nextRatio++;
            _probes[i] = _probes[^1];
            _probes.RemoveAt(_probes.Count - 1);
        }
        if (_nextRatio == before || _ratios.Count < 10)
            return;
        var sorted = _sorted.AsSpan(0, _ratios.Count);
        _ratios.CopyTo(_sorted);
        sorted.Sort();
        LowShare = Math.Clamp(sorted[sorted.Length / 10] - 0.02, 0.2, 0.98);
        HighShare = Math.Clamp(sorted[sorted.Length * 9 / 10] + 0.02, 1.02, 3);
    }
}
