using Naru.Core.Balancing;

namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>The chance of a rehearsal: the same seed gives the same course, since nothing else in it is left to chance.</summary>
internal sealed class CrowdRandom(ulong seed)
{
    private FastRandom _random = new(seed);

    /// <summary>Uniform in 0..<paramref name="bound"/>-1.</summary>
    public int Next(int bound) => _random.Next(bound);

    public ulong NextUInt64() => _random.NextUInt64();

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => _random.NextDouble();

    public bool Chance(double share) => share > 0 && _random.NextDouble() < share;

    /// <summary>Whole milliseconds from <paramref name="fromMs"/> up to but not including <paramref name="toMs"/>.</summary>
    public long Between(long fromMs, long toMs) => fromMs + (long)((toMs - fromMs) * _random.NextDouble());

    /// <summary>Exponentially distributed, at least 1 ms.</summary>
    public long ExponentialMs(double meanMs) => 1 + (long)(-meanMs * Math.Log(1 - _random.NextDouble()));

    /// <summary>Log-normally distributed by the Box-Muller transform, at least 1 ms.</summary>
    public long LogNormalMs(double medianMs, double sigma)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
        var normal = radius * Math.Cos(2 * Math.PI * _random.NextDouble());
        return 1 + (long)(medianMs * Math.Exp(sigma * Math.Clamp(normal, -4, 4)));
    }
}
