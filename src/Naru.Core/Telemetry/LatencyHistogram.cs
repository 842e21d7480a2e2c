using System.Numerics;

namespace Naru.Core.Telemetry;

/// <summary>
/// Counts durations in log-linear buckets, eight to a power of two: no value is told wrong by more than an eighth, and
/// values under 16 µs are exact. 2.2 KB.
/// Owner: one per loop and thing measured. Thread: one writer; a reader adds up copies and may miss the newest few.
/// </summary>
public sealed class LatencyHistogram
{
    private const int SubBits = 3;
    private const int SubBuckets = 1 << SubBits;

    /// <summary>Longer ones count as this: 2^36 µs, 19 hours.</summary>
    private const int ValueBits = 36;

    private const long UsMax = (1L << ValueBits) - 1;

    // Values under 8 have a bucket each; every further power of two up to the last has eight.
    private const int BucketCount = (ValueBits - SubBits + 1) * SubBuckets;

    private readonly long[] _counts = new long[BucketCount];

    public ReadOnlySpan<long> Counts => _counts;

    public long Total
    {
        get
        {
            var total = 0L;
            foreach (var count in _counts)
                total += count;
            return total;
        }
    }

    public void Record(long us) => _counts[BucketOf(us)]++;

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    public void Clear() => _counts.AsSpan().Clear();

    /// <summary>
    /// The duration in µs that a share of all (0 to 1) does not exceed, as the upper bound of its bucket; 0 when nothing was
    /// recorded.
    /// </summary>
    public long Quantile(double share)
    {
        Span<long> us = [0];
        Quantiles([share], us);
        return us[0];
    }

    /// <summary>Several at one pass. The shares (0 to 1) must ascend.</summary>
    public void Quantiles(ReadOnlySpan<double> shares, Span<long> us)
    {
        us[..shares.Length].Clear();
        var total = Total;
        if (total == 0)
            return;
        var seen = 0L;
        var next = 0;
        for (var bucket = 0; bucket < _counts.Length && next < shares.Length; bucket++)
        {
            seen += _counts[bucket];
            while (next < shares.Length && seen >= Math.Max(1, (long)Math.Ceiling(shares[next] * total)))
                us[next++] = LastUsOf(bucket);
        }
    }

    internal static int BucketOf(long us)
    {
        us = Math.Clamp(us, 0, UsMax);
        if (us < SubBuckets)
            return (int)us;
        var shift = BitOperations.Log2((ulong)us) - SubBits;
        return ((shift + 1) << SubBits) | (int)((us >> shift) & (SubBuckets - 1));
    }

    internal static long LastUsOf(int bucket)
    {
        if (bucket < SubBuckets)
            return bucket;
        var shift = (bucket >> SubBits) - 1;
        return ((SubBuckets + (bucket & (SubBuckets - 1)) + 1L) << shift) - 1;
    }
}
