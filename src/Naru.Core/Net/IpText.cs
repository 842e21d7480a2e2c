using System.Buffers.Binary;
using System.Globalization;

namespace Naru.Core.Net;

/// <summary>
/// IP addresses as text, both ways and without allocation. Stricter than <see cref="System.Net.IPAddress"/>: no octal
/// or hexadecimal IPv4, no missing parts, no brackets, no zone.
/// </summary>
public static class IpText
{
    private const int GroupCount = 8;

    /// <summary>Four decimal numbers of 0 to 255 without leading zeros.</summary>
    public static bool TryParseV4(ReadOnlySpan<byte> text, Span<byte> address)
    {
        for (var i = 0; i < 4; i++)
        {
            var end = i < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (end < 0 || !TryParseDecimal(text[..end], byte.MaxValue, out var value))
                return false;
            address[i] = (byte)value;
            text = text[Math.Min(end + 1, text.Length)..];
        }
        return true;
    }

    /// <summary>
    /// RFC 4291 §2.2: eight groups of one to four hexadecimal digits, one run of them as <c>::</c>, the last two perhaps as IPv4.
    /// </summary>
    public static bool TryParseV6(ReadOnlySpan<byte> text, Span<byte> address)
    {
        address = address[..16];
        address.Clear();
        var written = 0;
        var gapAt = -1;
        if (text.StartsWith("::"u8))
        {
            gapAt = 0;
            text = text[2..];
        }
        while (!text.IsEmpty)
        {
            if (written == 16)
                return false;
            var end = text.IndexOf((byte)':');
            var group = end < 0 ? text : text[..end];
            if (end < 0 && group.Contains((byte)'.'))
            {
                if (written > 12 || !TryParseV4(group, address[written..]))
                    return false;
                written += 4;
                break;
            }
            if (group.Length is 0 or > 4
                || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                return false;
            BinaryPrimitives.WriteUInt16BigEndian(address[written..], value);
            written += 2;
            if (end < 0)
                break;
            text = text[(end + 1)..];
            if (text.IsEmpty)
                return false;
            if (text[0] == ':')
            {
                if (gapAt >= 0)
                    return false;
                gapAt = written;
                text = text[1..];
            }
        }
        if (gapAt < 0)
            return written == 16;
        // `::` stands for at least one group.
        if (written > 14)
            return false;
        var tail = written - gapAt;
        address.Slice(gapAt, tail).CopyTo(address[(16 - tail)..]);
        address[gapAt..(16 - tail)].Clear();
        return true;
    }

    /// <summary>Digits only, no sign, no leading zero, at most <paramref name="max"/>.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, int max, out int value)
    {
        value = 0;
        if (text.Length is 0 or > 9 || (text.Length > 1 && text[0] == '0'))
            return false;
        foreach (var b in text)
        {
            if (!char.IsAsciiDigit((char)b))
                return false;
            value = value * 10 + (b - '0');
        }
        return value <= max;
    }

    /// <param name="address">4 or 16 bytes.</param>
    /// <returns>Bytes written; 0 when the target is too small.</returns>
    public static int Format(ReadOnlySpan<byte> address, Span<byte> target) =>
        address.Length == 4 ? FormatV4(address, target) : FormatV6(address, target);

    private static int FormatV4(ReadOnlySpan<byte> address, Span<byte> target)
    {
        var length = 0;
        for (var i = 0; i < 4; i++)
        {
            if (i > 0)
            {
                if (length == target.Length)
                    return 0;
                target[length++] = (byte)'.';
            }
            if (!address[i].TryFormat(target[length..], out var digits))
                return 0;
            length += digits;
        }
        return length;
    }

    /// <summary>
    /// RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups as <c>::</c>, the first of equals.
    /// </summary>
    private static int FormatV6(ReadOnlySpan<byte> address, Span<byte> target)
    {
        var (gapAt, gapGroups) = LongestZeroRun(address);
        var length = 0;
        for (var i = 0; i < GroupCount; i++)
        {
            if (i == gapAt)
            {
                if (target.Length - length < 2)
                    return 0;
                target[length++] = (byte)':';
                target[length++] = (byte)':';
                i += gapGroups - 1;
                continue;
            }
            if (i > 0 && i != gapAt + gapGroups)
            {
                if (length == target.Length)
                    return 0;
                target[length++] = (byte)':';
            }
            if (!Group(address, i).TryFormat(target[length..], out var digits, "x", CultureInfo.InvariantCulture))
                return 0;
            length += digits;
        }
        return length;
    }

    private static (int At, int Groups) LongestZeroRun(ReadOnlySpan<byte> address)
    {
        // No run: a place that no group and no end of a run has.
        var best = (At: -GroupCount, Groups: 1);
        var run = 0;
        for (var i = 0; i < GroupCount; i++)
        {
            run = Group(address, i) == 0 ? run + 1 : 0;
            if (run > best.Groups)
                best = (i - run + 1, run);
        }
        return best;
    }

    private static ushort Group(ReadOnlySpan<byte> address, int index) => BinaryPrimitives.ReadUInt16BigEndian(address[(2 * index)..]);
}
