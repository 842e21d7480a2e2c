using System.Buffers.Binary;
using System.Net;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Naru.Engine.Linux;

/// <summary>sockaddr_in or sockaddr_in6 as the kernel takes it. A value; copying it never allocates.</summary>
[InlineArray(Size)]
internal struct SocketName
{
    public const int Size = 28;

    private const ushort FamilyInet = 2;
    private const ushort FamilyInet6 = 10;

    private byte _element;

    public readonly bool IsIPv6 => BinaryPrimitives.ReadUInt16LittleEndian(this) == FamilyInet6;

    public readonly int Family => BinaryPrimitives.ReadUInt16LittleEndian(this);

    public readonly int Length => IsIPv6 ? 28 : 16;

    public readonly int Port => BinaryPrimitives.ReadUInt16BigEndian(((ReadOnlySpan<byte>)this)[2..]);

    /// <summary>4 or 16 bytes in network order.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> AddressBytes => IsIPv6 ? ((ReadOnlySpan<byte>)this).Slice(8, 16) : ((ReadOnlySpan<byte>)this).Slice(4, 4);

    public static SocketName From(IPEndPoint endpoint)
    {
        SocketName result = default;
        Span<byte> bytes = result;
        bool v6 = endpoint.AddressFamily == AddressFamily.InterNetworkV6;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, v6 ? FamilyInet6 : FamilyInet);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)endpoint.Port);
        if (v6)
        {
            endpoint.Address.TryWriteBytes(bytes.Slice(8, 16), out _);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], (uint)endpoint.Address.ScopeId);
        }
        else
        {
            endpoint.Address.TryWriteBytes(bytes.Slice(4, 4), out _);
        }

        return result;
    }

    public readonly IPEndPoint ToEndPoint() => new(new IPAddress(AddressBytes), Port);
}
