using System.Buffers.Binary;
using Naru.Core.Config;
using Naru.Core.Net;

namespace Naru.Core.ProxyProtocol;

/// <summary>Writes the header that tells a server who its client is. Without addresses Naru speaks for itself (a health check).</summary>
public static class ProxyProtocolWriter
{
    /// <summary>Fits every header that is written.</summary>
    public const int BytesMax = ProxyProtocolParser.V1BytesMax;

    /// <returns>Bytes written; 0 when the version is none or the target is too small.</returns>
    public static int Write(ProxyProtocolVersion version, in Endpoint source, in Endpoint destination, Span<byte> target) => version switch
    {
        ProxyProtocolVersion.V1 => WriteV1(source, destination, target),
        ProxyProtocolVersion.V2 => WriteV2(source, destination, target),
        _ => 0,
    };

    private static int WriteV1(in Endpoint source, in Endpoint destination, Span<byte> target)
    {
        // A line is shorter than BytesMax, so all writes fit once this does.
        Span<byte> line = stackalloc byte[BytesMax];
        int length;
        if (source.Family == IpFamily.None || destination.Family == IpFamily.None)
        {
            length = Append(line, 0, "PROXY UNKNOWN\r\n"u8);
        }
        else
        {
            var isV4 = IsV4(source, destination);
            length = Append(line, 0, isV4 ? "PROXY TCP4 "u8 : "PROXY TCP6 "u8);
            length = AppendAddress(line, length, source, isV4);
            length = AppendAddress(line, length, destination, isV4);
            length = AppendPort(line, length, source.Port);
            length = Append(line, length, " "u8);
            length = AppendPort(line, length, destination.Port);
            length = Append(line, length, "\r\n"u8);
        }
        return line[..length].TryCopyTo(target) ? length : 0;
    }

    private static int WriteV2(in Endpoint source, in Endpoint destination, Span<byte> target)
    {
        var isLocal = source.Family == IpFamily.None || destination.Family == IpFamily.None;
        var isV4 = IsV4(source, destination);
        var addressBytes = isLocal ? 0 : isV4 ? ProxyProtocolParser.V2AddressBytesV4 : ProxyProtocolParser.V2AddressBytesV6;
        var length = ProxyProtocolParser.V2HeadBytes + addressBytes;
        if (target.Length < length)
            return 0;
        ProxyProtocolParser.V2Signature.CopyTo(target);
        target[12] = isLocal ? ProxyProtocolParser.V2CommandLocal : ProxyProtocolParser.V2CommandProxy;
        target[13] = isLocal ? ProxyProtocolParser.V2FamilyUnspec
            : isV4 ? ProxyProtocolParser.V2FamilyTcp4
            : ProxyProtocolParser.V2FamilyTcp6;
        BinaryPrimitives.WriteUInt16BigEndian(target[14..], (ushort)addressBytes);
        if (isLocal)
            return length;
        var at = ProxyProtocolParser.V2HeadBytes;
        at += CopyAddress(source, isV4, target[at..]);
        at += CopyAddress(destination, isV4, target[at..]);
        BinaryPrimitives.WriteUInt16BigEndian(target[at..], (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(target[(at + 2)..], (ushort)destination.Port);
        return length;
    }

    /// <summary>A header has one family; when the two differ, the IPv4 one is sent mapped into IPv6.</summary>
    private static bool IsV4(in Endpoint source, in Endpoint destination) =>
        source.Family == IpFamily.V4 && destination.Family == IpFamily.V4;

    private static int CopyAddress(in Endpoint endpoint, bool isV4, Span<byte> target)
    {
        if (!isV4 && endpoint.Family == IpFamily.V4)
        {
            target[..10].Clear();
            target[10..12].Fill(0xFF);
            endpoint.Address.CopyTo(target[12..]);
            return 16;
        }
        endpoint.Address.CopyTo(target);
        return endpoint.Address.Length;
    }

    private static int AppendAddress(Span<byte> line, int length, in Endpoint endpoint, bool isV4)
    {
        if (!isV4 && endpoint.Family == IpFamily.V4)
            length = Append(line, length, "::ffff:"u8);
        length += endpoint.FormatAddress(line[length..]);
        return Append(line, length, " "u8);
    }

    private static int AppendPort(Span<byte> line, int length, int port)
    {
        port.TryFormat(line[length..], out var digits);
        return length + digits;
    }

    private static int Append(Span<byte> line, int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(line[length..]);
        return length + text.Length;
    }
}
