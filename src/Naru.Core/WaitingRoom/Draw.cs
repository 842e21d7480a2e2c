using System.Security.Cryptography;

namespace Naru.Core.WaitingRoom;

/// <summary>
/// A lottery over the numbers <see cref="From"/> to <see cref="To"/> - 1: the visitor with number n stands at the position
/// From + permutation(n - From). The seed is chosen and its hash published before the first of these numbers is given out;
/// the seed itself after the draw, so anyone can recompute every place. Immutable; any thread.
/// </summary>
public sealed class Draw
{
    public const int SeedBytes = 32;

    /// <summary>Draws among a few are looked up: the network walks the longer, the fewer they are.</summary>
    private const int SmallMax = 1024;

    private readonly byte[] _seed;
    private readonly KeyedPermutation _permutation;
    private readonly ushort[]? _small;

    public Draw(long from, long to, ReadOnlySpan<byte> seed)
    {
        From = from;
        To = to;
        _seed = seed.ToArray();
        _permutation = new KeyedPermutation(_seed, to - from);
        if (to - from > SmallMax)
            return;
        _small = new ushort[to - from];
        for (int i = 0; i < _small.Length; i++)
            _small[i] = (ushort)_permutation.Map(i);
    }

    public long From { get; }

    public long To { get; }

    public ReadOnlySpan<byte> Seed => _seed;

    public long PositionOf(long number) =>
        From + (_small is { } small ? small[number - From] : _permutation.Map(number - From));

    public long NumberAt(long position) => From + _permutation.Invert(position - From);

    /// <summary>What is published before a draw with this seed.</summary>
    public static byte[] Commitment(ReadOnlySpan<byte> seed) => SHA256.HashData(seed);
}
