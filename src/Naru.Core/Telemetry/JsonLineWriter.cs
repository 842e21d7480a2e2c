using System.Buffers;
using System.Text;
using Naru.Core.Net;

namespace Naru.Core.Telemetry;

/// <summary>
/// Writes JSON values into a span without allocation. Once something did not fit, all the rest is dropped and the length is 0.
/// </summary>
internal ref struct JsonLineWriter(Span<byte> target)
{
    /// <summary>One byte of the wire becomes at most <c>\u00ff</c>.</summary>
    public const int EscapeBytesMax = 6;

    /// <summary>Printable ASCII but for quote and backslash (RFC 8259 §7): copied as it is, found many bytes at a time.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c).Except("\"\\"u8.ToArray())]);

    private static readonly long UnixTimeMsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly Span<byte> _target = target;
    private int _length;
    private bool _overflow;

    public readonly int Length => _overflow ? 0 : _length;

    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        if (_overflow || !bytes.TryCopyTo(_target[_length..]))
        {
            _overflow = true;
            return;
        }
        _length += bytes.Length;
    }

    /// <summary>Null when empty. What is longer than the maximum is cut between characters and ends in an ellipsis.</summary>
    public void Text(scoped ReadOnlySpan<byte> text, int bytesMax)
    {
        if (text.IsEmpty)
        {
            Raw("null"u8);
            return;
        }
        var isCut = text.Length > bytesMax;
        if (isCut)
            text = CutAtCharacter(text, bytesMax);
        Raw("\""u8);
        Escaped(text);
        Raw(isCut ? "…\""u8 : "\""u8);
    }

    /// <summary>Null when negative.</summary>
    public void Number(long value)
    {
        if (value < 0)
            Raw("null"u8);
        else if (!_overflow && value.TryFormat(_target[_length..], out var digits))
            _length += digits;
        else
            _overflow = true;
    }

    /// <summary>Microseconds as milliseconds with three decimals; null when negative.</summary>
    public void Milliseconds(long us)
    {
        Number(us < 0 ? us : us / 1000);
        if (us < 0)
            return;
        Span<byte> decimals = [(byte)'.', 0, 0, 0];
        Digits(decimals[1..], (int)(us % 1000));
        Raw(decimals);
    }

    public void Address(in Endpoint endpoint)
    {
        Span<byte> text = stackalloc byte[Endpoint.AddressTextBytesMax];
        Text(text[..endpoint.FormatAddress(text)], text.Length);
    }

    /// <summary>RFC 3339 in UTC: <c>2026-12-01T11:00:00.000Z</c>. By hand: a custom format string costs five times as much.</summary>
    public void Time(long unixTimeMs)
    {
        var time = DateTime.UnixEpoch.AddTicks(Math.Clamp(unixTimeMs, 0, UnixTimeMsMax) * TimeSpan.TicksPerMillisecond);
        Span<byte> text = stackalloc byte[24];
        "0000-00-00T00:00:00.000Z"u8.CopyTo(text);
        var (year, month, day) = DateOnly.FromDateTime(time);
        Digits(text[..4], year);
        Digits(text[5..7], month);
        Digits(text[8..10], day);
        Digits(text[11..13], time.Hour);
        Digits(text[14..16], time.Minute);
        Digits(text[17..19], time.Second);
        Digits(text[20..23], time.Millisecond);
        Raw(text);
    }

    private static void Digits(scoped Span<byte> target, int value)
    {
        for (var i = target.Length - 1; i >= 0; i--)
        {
            target[i] = (byte)('0' + value % 10);
            value /= 10;
        }
    }

    private void Escaped(scoped ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && !_overflow)
        {
            var plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                Raw(text);
                return;
            }
            Raw(text[..plain]);
            text = text[(plain + EscapeOne(text[plain..]))..];
        }
    }

    /// <summary>
    /// Whole UTF-8 characters pass. Controls do not, nor do those of U+0080 to U+009F and DEL, which drive terminals; of
    /// what is not UTF-8 each byte is written as the character of its number.
    /// </summary>
    /// <returns>Bytes of the text that were dealt with.</returns>
    private int EscapeOne(scoped ReadOnlySpan<byte> text)
    {
        var first = text[0];
        if (first is (byte)'"' or (byte)'\\')
        {
            Raw([(byte)'\\', first]);
            return 1;
        }
        if (Rune.DecodeFromUtf8(text, out var rune, out var length) == OperationStatus.Done && rune.Value >= 0xA0)
        {
            Raw(text[..length]);
            return length;
        }
        if (length == 2 && rune.Value is >= 0x80 and < 0xA0)
        {
            Unicode((byte)rune.Value);
            return 2;
        }
        Unicode(first);
        return 1;
    }

    private void Unicode(byte value)
    {
        const string Hex = "0123456789abcdef";
        Raw([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', (byte)Hex[value >> 4], (byte)Hex[value & 15]]);
    }

    /// <summary>A cut inside a UTF-8 character moves before it; where the bytes are no UTF-8 it stays.</summary>
    private static ReadOnlySpan<byte> CutAtCharacter(ReadOnlySpan<byte> text, int length)
    {
        const int ContinuationsMax = 3;
        var cut = length;
        while (cut > length - ContinuationsMax && cut > 0 && (text[cut] & 0xC0) == 0x80)
            cut--;
        return text[..((text[cut] & 0xC0) == 0x80 ? length : cut)];
    }
}
