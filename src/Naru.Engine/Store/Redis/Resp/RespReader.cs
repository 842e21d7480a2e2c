using System.Buffers.Text;

namespace Naru.Engine.Store.Redis.Resp;

internal enum RespStep
{
    /// <summary>All given bytes are taken and the value is not whole yet.</summary>
    NeedMore,
    Value,

    /// <summary>No RESP3, or beyond a limit. The connection cannot be used any more.</summary>
    Broken,
}

/// <summary>
/// Makes values of the bytes of a server, in any split, without looking at a byte twice.
/// Owner: one per connection. Thread: its reader. Invariant: what is held never exceeds the limits, and nothing is allocated
/// for what was only announced.
/// </summary>
internal sealed class RespReader(RespLimits limits)
{
    private const int FirstBodyBytes = 512;

    private readonly Stack<Frame> _open = new();
    private byte[] _text = new byte[128];
    private int _textLength;
    private bool _sawCarriageReturn;
    private RespKind _bodyKind;
    private bool _isBodyStreamed;
    private bool _isChunk;
    private byte[] _body = [];
    private int _bodyLength;

    // Of a body: bytes still to come with the CRLF behind it. -1: a line is being read.
    private int _bodyLeft = -1;
    private int _chunkEnd;
    private int _items;
    private long _bytes;

    // Set when a value has just become whole.
    private RespValue? _whole;

    public RespReader()
        : this(RespLimits.Default)
    {
    }

    /// <summary>Why it is <see cref="RespStep.Broken"/>.</summary>
    public string? Fault { get; private set; }

    /// <param name="data">What came.</param>
    /// <param name="consumed">How much of it was taken: with a value, call again with the rest.</param>
    /// <param name="value">Set with <see cref="RespStep.Value"/>.</param>
    public RespStep Read(ReadOnlySpan<byte> data, out int consumed, out RespValue value)
    {
        value = RespValue.Null;
        consumed = 0;
        while (Fault == null && consumed < data.Length)
        {
            var rest = data[consumed..];
            int taken = _bodyLeft >= 0 ? TakeBody(rest) : TakeLine(rest);
            consumed += taken;
            _bytes += taken;
            if (_bytes > limits.ReplyBytesMax)
                Break("a reply is larger than allowed");
            if (Fault != null)
                break;
            var whole = _bodyLeft < 0 ? _whole : null;
            if (whole == null)
                continue;
            _whole = null;
            if (Close(whole) is not { } result)
                continue;
            _items = 0;
            _bytes = 0;
            value = result;
            return RespStep.Value;
        }

        return Fault == null ? RespStep.NeedMore : RespStep.Broken;
    }

    private int TakeLine(ReadOnlySpan<byte> data)
    {
        int end = data.IndexOfAny((byte)'\r', (byte)'\n');
        int text = end < 0 ? data.Length : end;
        if (_sawCarriageReturn)
        {
            if (data[0] != '\n')
                return Break("a carriage return stands alone");
            _sawCarriageReturn = false;
            OnLine(_text.AsSpan(0, _textLength));
            _textLength = 0;
            return 1;
        }

        if (_textLength + text > limits.LineBytesMax)
            return Break("a line is longer than allowed");
        if (_textLength + text > _text.Length)
            Array.Resize(ref _text, Math.Max(_textLength + text, _text.Length * 2));
        data[..text].CopyTo(_text.AsSpan(_textLength));
        _textLength += text;
        if (end < 0)
            return text;
        if (data[end] == '\n')
            return Break("a line feed stands alone");
        _sawCarriageReturn = true;
        return text + 1;
    }

    private void OnLine(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            Break("a line is empty");
            return;
        }

        byte type = line[0];
        line = line[1..];
        if (_isBodyStreamed && type != ';')
        {
            Break("a streamed string is cut short");
            return;
        }

        switch (type)
        {
            case (byte)'+': _whole = RespValue.OfBytes(RespKind.SimpleString, line.ToArray()); break;
            case (byte)'-': _whole = RespValue.OfBytes(RespKind.Error, line.ToArray()); break;
            case (byte)':': OnInteger(line); break;
            case (byte)',': OnDouble(line); break;
            case (byte)'(': OnBigNumber(line); break;
            case (byte)'#': OnBoolean(line); break;
            case (byte)'_': OnNull(line); break;
            case (byte)'$': OnString(RespKind.BulkString, line); break;
            case (byte)'=': OnString(RespKind.VerbatimString, line); break;
            case (byte)'!': OnString(RespKind.Error, line); break;
            case (byte)';': OnChunk(line); break;
            case (byte)'*': OnAggregate(RespKind.Array, line, 1, isAttribute: false); break;
            case (byte)'~': OnAggregate(RespKind.Set, line, 1, isAttribute: false); break;
            case (byte)'>': OnAggregate(RespKind.Push, line, 1, isAttribute: false); break;
            case (byte)'%': OnAggregate(RespKind.Map, line, 2, isAttribute: false); break;
            case (byte)'|': OnAggregate(RespKind.Map, line, 2, isAttribute: true); break;
            case (byte)'.': OnEnd(line); break;
            default: Break($"a value begins with byte {type}"); break;
        }
    }

    private void OnInteger(ReadOnlySpan<byte> line)
    {
        if (TryParse(line, out long value))
            _whole = RespValue.OfInteger(value);
        else
            Break("an integer is none");
    }

    private void OnDouble(ReadOnlySpan<byte> line)
    {
        bool isNumber = line.SequenceEqual("inf"u8) || line.SequenceEqual("-inf"u8) || line.SequenceEqual("nan"u8)
            || (Utf8Parser.TryParse(line, out double _, out int used) && used == line.Length && !line.ContainsAny("iIaA"u8));
        if (isNumber)
            _whole = RespValue.OfBytes(RespKind.Double, line.ToArray());
        else
            Break("a double is none");
    }

    private void OnBigNumber(ReadOnlySpan<byte> line)
    {
        var digits = line.StartsWith("-"u8) || line.StartsWith("+"u8) ? line[1..] : line;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            Break("a big number is none");
        else
            _whole = RespValue.OfBytes(RespKind.BigNumber, line.ToArray());
    }

    private void OnBoolean(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("t"u8) || line.SequenceEqual("f"u8))
            _whole = RespValue.OfBoolean(line[0] == 't');
        else
            Break("a boolean is none");
    }

    private void OnNull(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            _whole = RespValue.Null;
        else
            Break("a null has a value");
    }

    private void OnString(RespKind kind, ReadOnlySpan<byte> line)
    {
        if (kind == RespKind.BulkString && line.SequenceEqual("?"u8))
        {
            _isBodyStreamed = true;
            _bodyKind = kind;
            _bodyLength = 0;
            return;
        }

        // RESP2 wrote null as a string of length -1.
        if (kind == RespKind.BulkString && line.SequenceEqual("-1"u8))
            _whole = RespValue.Null;
        else
            BeginBody(kind, line, chunk: false);
    }

    private void OnChunk(ReadOnlySpan<byte> line)
    {
        if (!_isBodyStreamed)
            Break("a chunk belongs to no string");
        else if (line.SequenceEqual("0"u8))
            EndString();
        else
            BeginBody(_bodyKind, line, chunk: true);
    }

    private void BeginBody(RespKind kind, ReadOnlySpan<byte> line, bool chunk)
    {
        int before = chunk ? _bodyLength : 0;
        if (!TryParseLength(line, out long length) || length + before > limits.BulkBytesMax)
        {
            Break("the length of a string is none or more than allowed");
            return;
        }

        _bodyKind = kind;
        _bodyLength = before;
        _isChunk = chunk;
        _chunkEnd = before + (int)length;
        _bodyLeft = (int)length + 2;
    }

    private int TakeBody(ReadOnlySpan<byte> data)
    {
        int content = Math.Min(data.Length, _chunkEnd - _bodyLength);
        if (content > 0)
        {
            if (_bodyLength + content > _body.Length)
                Array.Resize(ref _body, Math.Max(Math.Max(_bodyLength + content, FirstBodyBytes), Math.Min(_body.Length * 2, limits.BulkBytesMax)));
            data[..content].CopyTo(_body.AsSpan(_bodyLength));
            _bodyLength += content;
            _bodyLeft -= content;
            return content;
        }

        if (data[0] != (_bodyLeft == 2 ? '\r' : '\n'))
            return Break("a string is longer than it said");
        if (--_bodyLeft > 0)
            return 1;
        _bodyLeft = -1;
        if (!_isChunk)
            EndString();
        return 1;
    }

    private void EndString()
    {
        _isBodyStreamed = false;
        var bytes = _body.AsSpan(0, _bodyLength);
        if (_bodyKind == RespKind.VerbatimString)
        {
            // Three letters of format and a colon stand before the text.
            if (bytes.Length < 4 || bytes[3] != ':')
            {
                Break("a verbatim string has no format");
                return;
            }

            bytes = bytes[4..];
        }

        _whole = RespValue.OfBytes(_bodyKind, bytes.ToArray());
        // One large reply must not hold its memory for good.
        if (_body.Length > 64 * 1024)
            _body = [];
        _bodyLength = 0;
    }

    private void OnAggregate(RespKind kind, ReadOnlySpan<byte> line, int itemsEach, bool isAttribute)
    {
        if (kind == RespKind.Array && line.SequenceEqual("-1"u8))
        {
            _whole = RespValue.Null;
            return;
        }

        long count = -1;
        if (!line.SequenceEqual("?"u8) && (!TryParseLength(line, out count) || count * itemsEach > limits.ItemsMax))
            Break("the length of an aggregate is none or more than allowed");
        else if (_open.Count == limits.DepthMax)
            Break("aggregates are deeper than allowed");
        else if (kind == RespKind.Push && _open.Count > 0)
            Break("a push came inside a reply");
        else
            Open(new Frame(kind, count < 0 ? -1 : count * itemsEach, isAttribute));
    }

    private void Open(Frame frame)
    {
        if (frame.Left != 0)
            _open.Push(frame);
        else if (!frame.IsAttribute)
            _whole = RespValue.OfItems(frame.Kind, []);
    }

    private void OnEnd(ReadOnlySpan<byte> line)
    {
        if (!line.IsEmpty || !_open.TryPeek(out var frame) || frame.Left >= 0 || (frame.Kind == RespKind.Map && frame.Items.Count % 2 != 0))
        {
            Break("an end belongs to no streamed aggregate");
            return;
        }

        _open.Pop();
        if (!frame.IsAttribute)
            _whole = RespValue.OfItems(frame.Kind, [.. frame.Items]);
    }

    /// <summary>Puts a whole value where it belongs. Returns the reply when that is whole too.</summary>
    private RespValue? Close(RespValue value)
    {
        while (_open.TryPeek(out var frame))
        {
            if (++_items > limits.ItemsMax)
            {
                Break("a reply has more values than allowed");
                return null;
            }

            frame.Items.Add(value);
            if (frame.Left < 0 || --frame.Left > 0)
                return null;
            _open.Pop();
            if (frame.IsAttribute)
                return null;
            value = RespValue.OfItems(frame.Kind, [.. frame.Items]);
        }

        return value;
    }

    private int Break(string fault)
    {
        Fault ??= fault;
        return 0;
    }

    /// <summary>Digits alone: no sign, nothing before or after.</summary>
    private static bool TryParseLength(ReadOnlySpan<byte> line, out long length)
    {
        length = 0;
        return line.Length is > 0 and <= 10 && !line.ContainsAnyExceptInRange((byte)'0', (byte)'9') && TryParse(line, out length);
    }

    private static bool TryParse(ReadOnlySpan<byte> line, out long value)
    {
        if (line.StartsWith("+"u8) && line.Length > 1 && line[1] != '-' && line[1] != '+')
            line = line[1..];
        return Utf8Parser.TryParse(line, out value, out int used) && used == line.Length;
    }

    /// <summary>An aggregate whose items are still coming. Left is -1 when only its end tells their number.</summary>
    private sealed class Frame(RespKind kind, long left, bool isAttribute)
    {
        public RespKind Kind { get; } = kind;

        public long Left { get; set; } = left;

        public bool IsAttribute { get; } = isAttribute;

        public List<RespValue> Items { get; } = [];
    }
}
