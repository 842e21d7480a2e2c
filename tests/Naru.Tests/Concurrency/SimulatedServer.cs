using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Tests.Concurrency;

/// <summary>
/// A server that answers in the same time up to so many requests at once, and beyond them shares its time among all; clients always
/// want more than the limit lets through. Virtual time in steps of a millisecond.
/// </summary>
internal sealed class SimulatedServer(AdaptiveConcurrency mode, int carries, double baseMs)
{
    private readonly List<(double Left, long SinceMs)> _running = [];
    private long _nowMs = 1;

    public ServerLoad Load { get; } = NewLoad(mode);

    public int Carries { get; set; } = carries;

    public double BaseMs { get; set; } = baseMs;

    /// <summary>Longer than this is a try that failed; 0: clients wait for ever.</summary>
    public double TimeoutMs { get; set; }

    /// <summary>Requests that clients want to have in flight.</summary>
    public int Wanted { get; set; } = int.MaxValue;

    public long Served { get; private set; }

    public double TimeSumMs { get; private set; }

    public void Run(int seconds)
    {
        for (long end = _nowMs + (seconds * 1000L); _nowMs < end; _nowMs++)
            Step();
    }

    private static ServerLoad NewLoad(AdaptiveConcurrency mode)
    {
        var load = new ServerLoad("10.0.0.1:80");
        load.Adapt(mode);
        return load;
    }

    private void Step()
    {
        while (_running.Count < Wanted && Load.TryAcquire())
            _running.Add((BaseMs, _nowMs));
        double speed = Math.Min(1, (double)Carries / _running.Count);
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            var (left, sinceMs) = _running[i];
            double tookMs = _nowMs + 1 - sinceMs;
            bool isTimedOut = TimeoutMs > 0 && tookMs > TimeoutMs;
            if (left > speed && !isTimedOut)
            {
                _running[i] = (left - speed, sinceMs);
                continue;
            }

            Load.Judge(_nowMs, isTimedOut ? -1 : (long)(tookMs * 1000));
            Load.Release();
            _running.RemoveAt(i);
            Served++;
            TimeSumMs += tookMs;
        }
    }
}
