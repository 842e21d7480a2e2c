using System.Globalization;
using System.Text.Unicode;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>Appends UTF-8 to a caller's buffer. What does not fit is dropped and remembered: <see cref="Length"/> is then -1.</summary>
internal ref struct Utf8Target(Span<byte> target)
{
    private readonly Span<byte> _target = target;
    private int _length;

    /// <summary>Bytes written, or -1 when the buffer was too small.</summary>
    public readonly int Length => _length;

    public void Add(scoped ReadOnlySpan<byte> text)
    {
        if (_length < 0 || !text.TryCopyTo(_target[_length..]))
            _length = -1;
        else
            _length += text.Length;
    }

    public void Add(byte value) => Add([value]);

    /// <summary>What was written from there on; not when <see cref="Length"/> is -1.</summary>
    public readonly Span<byte> From(int start) => _target[start.._length];

    public void TakeBack(int bytes) => _length -= bytes;

    public void AddNumber(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        Add(digits[..length]);
    }

    /// <summary>With the separator between groups of three digits.</summary>
    public void AddGrouped(long value, scoped ReadOnlySpan<byte> separator)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        for (int i = 0; i < length; i++)
        {
            if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
                Add(separator);
            Add(digits[i]);
        }
    }

    public void AddHex(scoped ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            Add(["0123456789abcdef"u8[b >> 4], "0123456789abcdef"u8[b & 15]]);
    }

    /// <summary>As the attribute datetime of HTML has it: <c>2026-12-01T20:00:00+09:00</c>.</summary>
    public void AddMoment(DateTimeOffset moment) => Add(moment, "yyyy-MM-dd'T'HH:mm:sszzz");

    /// <summary>As people of every language read it: <c>2026-12-01 20:00 (UTC+09:00)</c>.</summary>
    public void AddTime(DateTimeOffset moment)
    {
        Add(moment, "yyyy-MM-dd HH:mm");
        if (moment.Second != 0)
            Add(moment, "':'ss");
        Add(moment, moment.Offset == TimeSpan.Zero ? "' (UTC)'" : "' (UTC'zzz')'");
    }

    private void Add(DateTimeOffset moment, string format)
    {
        Span<byte> text = stackalloc byte[32];
        moment.TryFormat(text, out int length, format, CultureInfo.InvariantCulture);
        Add(text[..length]);
    }

    /// <summary>Text of HTML and of attributes in double quotes. What is not UTF-8 becomes the replacement character.</summary>
    public void AddHtml(scoped ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            Add("\uFFFD"u8);
            return;
        }

        while (!text.IsEmpty)
        {
            int at = text.IndexOfAny("&<>\"'"u8);
            Add(at < 0 ? text : text[..at]);
            if (at < 0)
                return;
            Add(text[at] switch
            {
                (byte)'&' => "&amp;"u8,
                (byte)'<' => "&lt;"u8,
                (byte)'>' => "&gt;"u8,
                (byte)'"' => "&quot;"u8,
                _ => "&#39;"u8,
            });
            text = text[(at + 1)..];
        }
    }

    /// <summary>Inside the quotes of a JSON string (RFC 8259 section 7), and safe inside a line of an event stream.</summary>
    public void AddJson(scoped ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            Add("\uFFFD"u8);
            return;
        }

        foreach (byte b in text)
        {
            if (b is (byte)'"' or (byte)'\\')
                Add([(byte)'\\', b]);
            else if (b < 0x20)
                Add([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', "0123456789abcdef"u8[b >> 4], "0123456789abcdef"u8[b & 15]]);
            else
                Add(b);
        }
    }
}
