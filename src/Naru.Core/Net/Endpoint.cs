using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;

namespace Naru.Core.Net;

public enum IpFamily : byte
{
    /// <summary>No address: a UNIX socket, or unknown.</summary>
    None,
    V4,
    V6,
}

/// <summary>
/// An IP address and port as a value, so that nothing is allocated for a connection's peers.
/// Invariant: an IPv4 address mapped into IPv6 is held as IPv4; bytes that the family does not use are zero.
/// </summary>
public readonly struct Endpoint : IEquatable<Endpoint>
{
    /// <summary>Longest text of an address: eight groups of four digits and seven colons.</summary>
    public const int AddressTextBytesMax = 39;

    /// <summary>Longest text with port: <c>[address]:65535</c>.</summary>
    public const int TextBytesMax = AddressTextBytesMax + 8;

    private readonly AddressBytes _address;
    private readonly ushort _port;
    private readonly IpFamily _family;

    /// <param name="address">4 or 16 bytes in network order; any other length makes no address.</param>
    public Endpoint(scoped ReadOnlySpan<byte> address, int port)
    {
        if (address.Length == 16 && IsMapped(address))
            address = address[12..];
        _family = address.Length switch { 4 => IpFamily.V4, 16 => IpFamily.V6, _ => IpFamily.None };
        if (_family == IpFamily.None)
            return;
        address.CopyTo(_address);
        _port = (ushort)port;
    }

    public IpFamily Family => _family;

    public int Port => _port;

    /// <summary>4 or 16 bytes in network order; none without a family.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Address
    {
        get
        {
            ReadOnlySpan<byte> all = _address;
            return all[..(_family switch { IpFamily.V4 => 4, IpFamily.V6 => 16, _ => 0 })];
        }
    }

    /// <summary>
    /// What stands for a client in <c>source-hash</c>: IPv4 whole, IPv6 by its /64, since one host moves freely within it
    /// (RFC 8981).
    /// </summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> HashBytes => _family == IpFamily.V6 ? Address[..8] : Address;

    public static bool operator ==(Endpoint left, Endpoint right) => left.Equals(right);

    public static bool operator !=(Endpoint left, Endpoint right) => !left.Equals(right);

    public static Endpoint From(IPEndPoint endPoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(bytes, out var length);
        return new Endpoint(bytes[..length], endPoint.Port);
    }

    /// <summary>For the control plane; allocates. Without a family: <c>0.0.0.0:0</c>.</summary>
    public IPEndPoint ToIPEndPoint() =>
        _family == IpFamily.None ? new IPEndPoint(IPAddress.Any, 0) : new IPEndPoint(new IPAddress(Address), _port);

    /// <summary>Writes <c>10.0.0.1</c> or <c>2001:db8::1</c> (RFC 5952).</summary>
    /// <returns>Bytes written; 0 when the target is too small or there is no address.</returns>
    public int FormatAddress(Span<byte> target) => _family == IpFamily.None ? 0 : IpText.Format(Address, target);

    /// <summary>Writes <c>10.0.0.1:80</c> or <c>[2001:db8::1]:80</c>.</summary>
    /// <returns>Bytes written; 0 when the target is too small or there is no address.</returns>
    public int Format(Span<byte> target)
    {
        var bracket = _family == IpFamily.V6 ? 1 : 0;
        if (target.Length <= bracket)
            return 0;
        var length = FormatAddress(target[bracket..]);
        if (length == 0)
            return 0;
        if (bracket == 1)
        {
            target[0] = (byte)'[';
            length++;
            if (length == target.Length)
                return 0;
            target[length++] = (byte)']';
        }
        if (length == target.Length)
            return 0;
        target[length++] = (byte)':';
        return _port.TryFormat(target[length..], out var digits) ? length + digits : 0;
    }

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[TextBytesMax];
        return System.Text.Encoding.ASCII.GetString(text[..Format(text)]);
    }

    public bool Equals(Endpoint other) => _family == other._family && _port == other._port && Address.SequenceEqual(other.Address);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Endpoint other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(_port);
        hash.AddBytes(Address);
        return hash.ToHashCode();
    }

    /// <summary>::ffff:0:0/96 (RFC 4291 §2.5.5.2).</summary>
    private static bool IsMapped(ReadOnlySpan<byte> address) =>
        address.StartsWith<byte>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]);

    [InlineArray(16)]
    private struct AddressBytes
    {
        private byte _first;
    }
}
