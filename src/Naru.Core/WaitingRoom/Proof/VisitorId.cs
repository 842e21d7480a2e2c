using System.Buffers.Binary;
using System.Globalization;

namespace Naru.Core.WaitingRoom.Proof;

/// <summary>Tells the visitors of a room apart: 16 random bytes, given with the ticket. No secret and nothing about the person.</summary>
public readonly record struct VisitorId(UInt128 Value)
{
    public const int Bytes = 16;

    public static VisitorId Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt128BigEndian(source));

    public void Write(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, Value);

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
