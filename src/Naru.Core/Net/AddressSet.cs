using System.Buffers.Binary;
using System.Net;

namespace Naru.Core.Net;

/// <summary>
/// Immutable set of IP networks (allow and deny lists, trusted proxies).
/// The networks become two sorted arrays of disjoint address ranges, so a look-up is one binary search and never
/// allocates. An IPv4 address mapped into IPv6 (RFC 4291 section 2.5.5.2) is looked up as IPv4.
/// </summary>
public sealed class AddressSet
{
    public static readonly AddressSet Empty = new([]);

    /// <summary>Leading bits of <c>::ffff:0:0/96</c>, under which IPv6 carries IPv4 addresses.</summary>
    private const int MappedPrefixBits = 96;

    private readonly IPNetwork[] _networks;
    private readonly uint[] _firstV4, _lastV4;
    private readonly UInt128[] _firstV6, _lastV6;

    public AddressSet(IReadOnlyList<IPNetwork> networks)
    {
        _networks = [.. networks];
        var v4 = new List<(uint First, uint Last)>();
        var v6 = new List<(UInt128 First, UInt128 Last)>();
        Span<byte> bytes = stackalloc byte[16];
        foreach (var network in _networks)
        {
            network.BaseAddress.TryWriteBytes(bytes, out var length);
            if (length == 4)
                v4.Add(RangeV4(BinaryPrimitives.ReadUInt32BigEndian(bytes), network.PrefixLength));
            else if (network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedPrefixBits)
                v4.Add(RangeV4(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), network.PrefixLength - MappedPrefixBits));
            else
                v6.Add(RangeV6(BinaryPrimitives.ReadUInt128BigEndian(bytes), network.PrefixLength));
        }
        (_firstV4, _lastV4) = Merge(v4);
        (_firstV6, _lastV6) = Merge(v6);
    }

    public bool IsEmpty => _networks.Length == 0;

    public IReadOnlyList<IPNetwork> Networks => _networks;

    public bool Contains(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) && Contains(bytes[..length]);
    }

    /// <summary>Looks up an address of 4 or 16 bytes in network order; any other length is in no network.</summary>
    public bool Contains(ReadOnlySpan<byte> addressBytes)
    {
        if (addressBytes.Length == 4)
            return Covers(_firstV4, _lastV4, BinaryPrimitives.ReadUInt32BigEndian(addressBytes));
        if (addressBytes.Length != 16)
            return false;
        var address = BinaryPrimitives.ReadUInt128BigEndian(addressBytes);
        return address >> 32 == 0xffff
            ? Covers(_firstV4, _lastV4, (uint)address)
            : Covers(_firstV6, _lastV6, address);
    }

    /// <summary>The only range that can hold the address is the last one that begins at or before it.</summary>
    private static bool Covers<T>(T[] first, T[] last, T address) where T : struct, IComparable<T>
    {
        int low = 0, high = first.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (first[middle].CompareTo(address) <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low > 0 && address.CompareTo(last[low - 1]) <= 0;
    }

    private static (T[] First, T[] Last) Merge<T>(List<(T First, T Last)> ranges) where T : struct, IComparable<T>
    {
        ranges.Sort((a, b) => a.First.CompareTo(b.First));
        var first = new List<T>();
        var last = new List<T>();
        foreach (var range in ranges)
        {
            if (last.Count > 0 && range.First.CompareTo(last[^1]) <= 0)
            {
                if (range.Last.CompareTo(last[^1]) > 0)
                    last[^1] = range.Last;
                continue;
            }
            first.Add(range.First);
            last.Add(range.Last);
        }
        return ([.. first], [.. last]);
    }

    private static (uint, uint) RangeV4(uint address, int prefixBits)
    {
        // A shift by the full width is a shift by none in C#, hence the case of its own.
        var host = prefixBits == 0 ? uint.MaxValue : (uint)((1UL << (32 - prefixBits)) - 1);
        return (address & ~host, address | host);
    }

    private static (UInt128, UInt128) RangeV6(UInt128 address, int prefixBits)
    {
        var host = prefixBits == 0 ? UInt128.MaxValue : (UInt128.One << (128 - prefixBits)) - 1;
        if (prefixBits == 128)
            host = 0;
        return (address & ~host, address | host);
    }
}
