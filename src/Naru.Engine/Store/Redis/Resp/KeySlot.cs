using System.Text;

namespace Naru.Engine.Store.Redis.Resp;

/// <summary>
/// Which of the 16,384 slots of a cluster holds a key: CRC16 (XMODEM) of what stands in its first braces, or of all of it
/// (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).
/// </summary>
internal static class KeySlot
{
    public const int Count = 16_384;

    public static int Of(string key)
    {
        int open = key.IndexOf('{', StringComparison.Ordinal);
        if (open >= 0 && key.IndexOf('}', open + 1) is var close && close > open + 1)
            key = key[(open + 1)..close];
        return Crc16(Encoding.UTF8.GetBytes(key)) % Count;
    }

    private static int Crc16(ReadOnlySpan<byte> data)
    {
        int crc = 0;
        foreach (byte value in data)
        {
            crc ^= value << 8;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            crc &= 0xFFFF;
        }

        return crc;
    }
}
