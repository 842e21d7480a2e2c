using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Naru.Engine.Store.Embedded;

/// <summary>Grows a payload: entries, each a length and its fields. Not thread-safe.</summary>
internal sealed class EntryWriter
{
    private byte[] _bytes = new byte[1024];
    private int _entryStart = -1;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        _entryStart = -1;
    }

    public void BeginEntry()
    {
        _entryStart = Length;
        Reserve(sizeof(int));
        Length += sizeof(int);
    }

    public void EndEntry()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_entryStart), Length - _entryStart - sizeof(int));
        _entryStart = -1;
    }

    /// <summary>Takes the entry that was begun back.</summary>
    public void DropEntry()
    {
        Length = _entryStart;
        _entryStart = -1;
    }

    public void Byte(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>Any number; small ones, positive or negative, are short (LEB128 over zigzag).</summary>
    public void Number(long value)
    {
        Reserve(10);
        ulong rest = (ulong)((value << 1) ^ (value >> 63));
        while (rest >= 0x80)
        {
            _bytes[Length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        _bytes[Length++] = (byte)rest;
    }

    public void Real(double value)
    {
        Reserve(sizeof(double));
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.AsSpan(Length), value);
        Length += sizeof(double);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        Raw(value);
    }

    public void Text(string value)
    {
        int count = Encoding.UTF8.GetByteCount(value);
        Number(count);
        Reserve(count);
        Length += Encoding.UTF8.GetBytes(value, _bytes.AsSpan(Length));
    }

    public void Raw(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_bytes.AsSpan(Length));
        Length += value.Length;
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, checked((int)Math.Max(_bytes.Length * 2L, (long)Length + count)));
    }
}
