using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Naru.Engine.Store.Redis.Resp;

/// <summary>The arguments of a command, each a bulk string. Built by one task, then only read.</summary>
internal sealed class RespArguments
{
    private readonly ArrayBufferWriter<byte> _bytes = new(128);

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public RespArguments Add(string argument)
    {
        int length = Encoding.UTF8.GetByteCount(argument);
        WriteLength(_bytes, (byte)'$', length);
        Encoding.UTF8.GetBytes(argument, _bytes.GetSpan(length));
        _bytes.Advance(length);
        return End();
    }

    public RespArguments Add(ReadOnlySpan<byte> argument)
    {
        WriteLength(_bytes, (byte)'$', argument.Length);
        _bytes.Write(argument);
        return End();
    }

    public RespArguments Add(long argument)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(argument, digits, out int length);
        return Add(digits[..length]);
    }

    public RespArguments Add(double argument) => Add(argument.ToString("R", CultureInfo.InvariantCulture));

    public RespArguments Add(RespArguments others)
    {
        _bytes.Write(others.Bytes);
        Count += others.Count;
        return this;
    }

    public static void WriteLength(IBufferWriter<byte> target, byte type, int length)
    {
        var head = target.GetSpan(16);
        head[0] = type;
        Utf8Formatter.TryFormat(length, head[1..], out int digits);
        head[digits + 1] = (byte)'\r';
        head[digits + 2] = (byte)'\n';
        target.Advance(digits + 3);
    }

    private RespArguments End()
    {
        _bytes.Write("\r\n"u8);
        Count++;
        return this;
    }
}
