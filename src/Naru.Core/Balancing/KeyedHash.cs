using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Naru.Core.Balancing;

/// <summary>
/// SipHash-1-3 (Aumasson, Bernstein, "SipHash: a fast short-input PRF", 2012) over spans: a client that does not know
/// the key cannot choose values that all reach one server. Nodes that must agree on a choice share the key.
/// </summary>
public readonly struct KeyedHash(ulong key0, ulong key1)
{
    /// <summary>2^64 divided by the golden ratio: steps that spread evenly.</summary>
    internal const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The same in every process of every version: for identities, not for what a client sends.</summary>
    private static readonly KeyedHash Stable = new(0x4E61727520726976, 0x6572206C616E6469);

    private readonly ulong _key0 = key0;
    private readonly ulong _key1 = key1;

    /// <summary>A key made from a text, such as the name of a pool and a secret of the operator.</summary>
    public static KeyedHash FromText(string text) => new(Identity("0" + text), Identity("1" + text));

    /// <summary>A stable 64-bit hash of a text. Allocates for long texts; not for the data path.</summary>
    public static ulong Identity(string text) => Stable.Hash(Encoding.UTF8.GetBytes(text));

    public ulong Hash(ReadOnlySpan<byte> data)
    {
        ulong v0 = _key0 ^ 0x736f6d6570736575;
        ulong v1 = _key1 ^ 0x646f72616e646f6d;
        ulong v2 = _key0 ^ 0x6c7967656e657261;
        ulong v3 = _key1 ^ 0x7465646279746573;
        ulong last = (ulong)data.Length << 56;
        while (data.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(data);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
            data = data[8..];
        }
        for (int i = 0; i < data.Length; i++)
            last |= (ulong)data[i] << (8 * i);
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xff;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /// <summary>Every bit of the result depends on every bit of the value (the finaliser of SplitMix64, a bijection).</summary>
    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
