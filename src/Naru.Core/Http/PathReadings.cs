namespace Naru.Core.Http;

/// <summary>
/// What a canonical path is to origins that read it in another way than Naru: some decode every escape, and take <c>%2F</c> and <c>%5C</c>
/// for separators (nginx, IIS), some cut <c>;parameters</c> off each segment (servlet containers), some do both. A path whose readings
/// belong to different routes would go around the route that guards it.
/// </summary>
public static class PathReadings
{
    /// <summary>Readings are numbered from 1 to this.</summary>
    public const int Count = Decoded | Cut;

    private const int Decoded = 1;
    private const int Cut = 2;

    /// <summary>Whether another reading may be another path: escapes of bytes that never stand in a path as they are change none.</summary>
    public static bool MayDiffer(ReadOnlySpan<byte> canonical)
    {
        for (int i = 0; i < canonical.Length; i++)
        {
            if (canonical[i] == ';' || (canonical[i] == '%' && Decode(canonical[i..]) != 0))
                return true;
        }

        return false;
    }

    /// <summary>Writes a reading of a canonical path, which is never longer: <paramref name="target"/> must hold as much. Its length.</summary>
    public static int Write(ReadOnlySpan<byte> canonical, int reading, Span<byte> target)
    {
        int length = 0;
        bool isCut = false;
        for (int i = 0; i < canonical.Length; i++)
        {
            byte value = canonical[i];
            byte decoded = value == '%' ? Decode(canonical[i..]) : value;
            if ((reading & Decoded) != 0 && value == '%' && decoded != 0)
            {
                value = decoded;
                i += 2;
            }

            if (value == '/')
                isCut = false;
            else if ((reading & Cut) != 0 && decoded == ';')
                isCut = true;
            // Runs of slashes count as one.
            if (!isCut && (value != '/' || length == 0 || target[length - 1] != '/'))
                target[length++] = value;
        }

        return length;
    }

    /// <summary>
    /// What the escape stands for if that may stand in a path itself, a backslash being a slash; 0: it may not. An escaped percent
    /// sign stays one, or it would be decoded twice.
    /// </summary>
    private static byte Decode(ReadOnlySpan<byte> escape)
    {
        int value = (HttpBytes.HexDigit(escape[1]) << 4) | HttpBytes.HexDigit(escape[2]);
        return value == '\\' ? (byte)'/' : value != '%' && HttpBytes.Path.Contains((byte)value) ? (byte)value : (byte)0;
    }
}
