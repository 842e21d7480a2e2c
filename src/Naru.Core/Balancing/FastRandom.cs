namespace Naru.Core.Balancing;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): eight bytes of state, a few cycles a number, every seed is good.
/// For spreading load, never for secrets. A mutable struct: keep it in a field that is not readonly.
/// </summary>
public struct FastRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        _state += KeyedHash.Golden;
        return KeyedHash.Mix(_state);
    }

    /// <summary>Uniform in 0..<paramref name="bound"/>-1 (multiply-high; the bias is below 2^-32).</summary>
    public int Next(int bound) => (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));
}
