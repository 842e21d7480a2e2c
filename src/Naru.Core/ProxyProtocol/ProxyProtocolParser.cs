using System.Buffers.Binary;
using System.Numerics;
using Naru.Core.Net;

namespace Naru.Core.ProxyProtocol;

/// <summary>
/// Reads the header of the PROXY protocol, version 1 or 2, from the first bytes of a connection (HAProxy's
/// <c>proxy-protocol.txt</c>, section 2). Strict: one spelling of each header is accepted, the rest is invalid, since
/// what follows is believed. Stateless: call again with all bytes so far when more are needed.
/// </summary>
public static class ProxyProtocolParser
{
    /// <summary>Section 2.1: the longest line with its CRLF.</summary>
    public const int V1BytesMax = 107;

    /// <summary>
    /// Our bound of a version 2 header; the format would allow 65,551. Head and addresses take 52 bytes at most, the rest is for
    /// TLVs (a client certificate).
    /// </summary>
    public const int V2BytesMax = 4096;

    internal const int V2HeadBytes = 16;
    internal const int V2AddressBytesV4 = 12;
    internal const int V2AddressBytesV6 = 36;
    internal const byte V2CommandLocal = 0x20;
    internal const byte V2CommandProxy = 0x21;
    internal const byte V2FamilyUnspec = 0x00;
    internal const byte V2FamilyTcp4 = 0x11;
    internal const byte V2FamilyTcp6 = 0x21;

    private const byte TlvCrc32C = 0x03;
    private const int TlvHeadBytes = 3;

    internal static ReadOnlySpan<byte> V1Start => "PROXY "u8;

    internal static ReadOnlySpan<byte> V2Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyParse Parse(ReadOnlySpan<byte> data, out ProxyHeader header)
    {
        header = default;
        if (data.IsEmpty)
            return ProxyParse.NeedMore;
        return data[0] == V2Signature[0] ? ParseV2(data, ref header) : ParseV1(data, ref header);
    }

    /// <summary>Section 2.1: <c>PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n</c>.</summary>
    private static ProxyParse ParseV1(ReadOnlySpan<byte> data, ref ProxyHeader header)
    {
        if (!AgreesWith(data, V1Start))
            return ProxyParse.Invalid;
        var window = data[..Math.Min(data.Length, V1BytesMax)];
        var end = window.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
            return data.Length < V1BytesMax ? ProxyParse.NeedMore : ProxyParse.Invalid;
        // CRLF only: a bare CR or LF would let two readers see two lines.
        if (window[end] == '\n' || end + 1 == V1BytesMax)
            return ProxyParse.Invalid;
        if (end + 1 == window.Length)
            return ProxyParse.NeedMore;
        if (window[end + 1] != '\n' || end < V1Start.Length)
            return ProxyParse.Invalid;

        var rest = window[V1Start.Length..end];
        var protocol = NextWord(ref rest, out var more);
        if (protocol.SequenceEqual("UNKNOWN"u8))
        {
            // What follows UNKNOWN is to be ignored.
            header = new ProxyHeader { LengthBytes = end + 2, Version = 1 };
            return ProxyParse.Done;
        }
        var isV4 = protocol.SequenceEqual("TCP4"u8);
        if (!more || !(isV4 || protocol.SequenceEqual("TCP6"u8)))
            return ProxyParse.Invalid;

        Span<byte> source = stackalloc byte[isV4 ? 4 : 16];
        Span<byte> destination = stackalloc byte[source.Length];
        var valid = TryParseAddress(NextWord(ref rest, out more), source) && more;
        valid = valid && TryParseAddress(NextWord(ref rest, out more), destination) && more;
        valid &= IpText.TryParseDecimal(NextWord(ref rest, out more), ushort.MaxValue, out var sourcePort) && more;
        valid &= IpText.TryParseDecimal(NextWord(ref rest, out more), ushort.MaxValue, out var destinationPort) && !more;
        if (!valid)
            return ProxyParse.Invalid;
        header = new ProxyHeader
        {
            LengthBytes = end + 2,
            Version = 1,
            HasAddresses = true,
            Source = new Endpoint(source, sourcePort),
            Destination = new Endpoint(destination, destinationPort),
        };
        return ProxyParse.Done;
    }

    /// <summary>Section 2.2: signature, version and command, family, length, addresses, TLVs.</summary>
    private static ProxyParse ParseV2(ReadOnlySpan<byte> data, ref ProxyHeader header)
    {
        if (!AgreesWith(data, V2Signature))
            return ProxyParse.Invalid;
        // Each byte is judged as soon as it is there, so that nobody waits for the rest of what cannot become valid.
        if (data.Length > 12 && data[12] is not (V2CommandLocal or V2CommandProxy))
            return ProxyParse.Invalid;
        if (data.Length > 13 && data[12] == V2CommandProxy && data[13] is not (V2FamilyUnspec or V2FamilyTcp4 or V2FamilyTcp6))
            return ProxyParse.Invalid;
        if (data.Length < V2HeadBytes)
            return ProxyParse.NeedMore;

        var length = V2HeadBytes + BinaryPrimitives.ReadUInt16BigEndian(data[14..]);
        var isProxy = data[12] == V2CommandProxy && data[13] != V2FamilyUnspec;
        var addressBytes = !isProxy ? 0 : data[13] == V2FamilyTcp4 ? V2AddressBytesV4 : V2AddressBytesV6;
        if (length > V2BytesMax || length < V2HeadBytes + addressBytes)
            return ProxyParse.Invalid;
        if (data.Length < length)
            return ProxyParse.NeedMore;

        data = data[..length];
        if (!isProxy)
        {
            // LOCAL and UNSPEC: the receiver discards the whole block, whatever is in it.
            header = new ProxyHeader { LengthBytes = length, Version = 2 };
            return ProxyParse.Done;
        }
        if (!TlvsAreSound(data, V2HeadBytes + addressBytes))
            return ProxyParse.Invalid;
        var addresses = data.Slice(V2HeadBytes, addressBytes);
        var size = (addressBytes - 4) / 2;
        header = new ProxyHeader
        {
            LengthBytes = length,
            Version = 2,
            HasAddresses = true,
            Source = new Endpoint(addresses[..size], BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size)..])),
            Destination = new Endpoint(addresses.Slice(size, size), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size + 2)..])),
        };
        return ProxyParse.Done;
    }

    /// <summary>TLVs must fill the block exactly; their content is skipped but for the checksum, which must be right and single.</summary>
    private static bool TlvsAreSound(ReadOnlySpan<byte> header, int start)
    {
        var crcAt = 0;
        for (var at = start; at < header.Length;)
        {
            if (header.Length - at < TlvHeadBytes)
                return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]);
            if (header.Length - at - TlvHeadBytes < length)
                return false;
            if (header[at] == TlvCrc32C)
            {
                if (crcAt != 0 || length != sizeof(uint))
                    return false;
                crcAt = at + TlvHeadBytes;
            }
            at += TlvHeadBytes + length;
        }
        return crcAt == 0 || BinaryPrimitives.ReadUInt32BigEndian(header[crcAt..]) == Checksum(header, crcAt);
    }

    /// <summary>Section 2.2.3: CRC32c (RFC 3309, appendix B) over the header with zeros in place of the checksum.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> header, int crcAt)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < header.Length; i++)
            crc = BitOperations.Crc32C(crc, i >= crcAt && i < crcAt + sizeof(uint) ? (byte)0 : header[i]);
        return ~crc;
    }

    private static bool TryParseAddress(ReadOnlySpan<byte> text, Span<byte> address) =>
        address.Length == 4 ? IpText.TryParseV4(text, address) : IpText.TryParseV6(text, address);

    private static bool AgreesWith(ReadOnlySpan<byte> data, ReadOnlySpan<byte> start) =>
        data.Length < start.Length ? start.StartsWith(data) : data.StartsWith(start);

    /// <param name="more">Whether a space follows; a second one makes the next word empty and thus invalid.</param>
    private static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> rest, out bool more)
    {
        var end = rest.IndexOf((byte)' ');
        more = end >= 0;
        var word = more ? rest[..end] : rest;
        rest = more ? rest[(end + 1)..] : default;
        return word;
    }
}
