namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// The checksum of gzip (RFC 1952 section 8), also put together from the checksums of parts: that of the second part is added to
/// that of the first, shifted by the second part's length (crc32_combine of zlib). Bits are reversed: the highest is x^0.
/// </summary>
internal static class Crc32
{
    private const uint Polynomial = 0xedb88320;
    private const uint One = 0x80000000;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => TimesX((uint)i, 8))];

    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        foreach (byte b in bytes)
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>For <see cref="Combine"/>: x^(8 · bytes) modulo the polynomial.</summary>
    public static uint Shift(int bytes) => TimesX(One, 8 * bytes);

    /// <param name="shift">Of the length of the second part.</param>
    public static uint Combine(uint first, uint second, uint shift)
    {
        uint product = 0;
        for (; shift != 0; shift <<= 1)
        {
            if ((shift & One) != 0)
                product ^= first;
            first = TimesX(first, 1);
        }

        return product ^ second;
    }

    private static uint TimesX(uint value, int times)
    {
        for (; times > 0; times--)
            value = (value >> 1) ^ (Polynomial & (0 - (value & 1)));
        return value;
    }
}
