using System.Globalization;
using System.Text;

namespace Naru.Engine.Store.Redis.Resp;

/// <summary>One value of a reply. Immutable. Text and numbers that are no 64-bit integer are kept as their bytes.</summary>
internal sealed class RespValue
{
    public static readonly RespValue Null = new(RespKind.Null, 0, [], []);

    private RespValue(RespKind kind, long integer, byte[] bytes, RespValue[] items)
    {
        Kind = kind;
        Integer = integer;
        Bytes = bytes;
        Items = items;
    }

    public RespKind Kind { get; }

    /// <summary>Of an <see cref="RespKind.Integer"/>; 1 or 0 of a <see cref="RespKind.Boolean"/>.</summary>
    public long Integer { get; }

    /// <summary>Of every kind of text, of a double and of a big number.</summary>
    public byte[] Bytes { get; }

    /// <summary>Of an array, a set, a push, or a map (key, value, key, value).</summary>
    public RespValue[] Items { get; }

    public bool IsNull => Kind == RespKind.Null;

    public bool IsError => Kind == RespKind.Error;

    /// <summary>The text in UTF-8; of an integer its digits.</summary>
    public string Text => Kind is RespKind.Integer or RespKind.Boolean
        ? Integer.ToString(CultureInfo.InvariantCulture)
        : Encoding.UTF8.GetString(Bytes);

    /// <summary>Only of a <see cref="RespKind.Double"/>.</summary>
    public double Double => Text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        var digits => double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    public static RespValue OfInteger(long value) => new(RespKind.Integer, value, [], []);

    public static RespValue OfBoolean(bool value) => new(RespKind.Boolean, value ? 1 : 0, [], []);

    public static RespValue OfBytes(RespKind kind, byte[] bytes) => new(kind, 0, bytes, []);

    public static RespValue OfItems(RespKind kind, RespValue[] items) => new(kind, 0, [], items);

    /// <summary>The value beside a key of a map. Null: it is not there.</summary>
    public RespValue? Find(string key)
    {
        if (Kind != RespKind.Map)
            return null;
        for (int i = 0; i + 1 < Items.Length; i += 2)
            if (Items[i].Text == key)
                return Items[i + 1];
        return null;
    }

    /// <summary>For messages and tests.</summary>
    public override string ToString() => Kind switch
    {
        RespKind.Null => "null",
        RespKind.Array or RespKind.Set or RespKind.Push or RespKind.Map => $"{Kind}[{string.Join(", ", (object[])Items)}]",
        RespKind.Error => $"error {Text}",
        _ => Text,
    };
}
