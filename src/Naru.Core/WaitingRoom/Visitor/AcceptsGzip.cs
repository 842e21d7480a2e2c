using System.Text;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>Whether a visitor takes gzip, by Accept-Encoding (RFC 9110 section 12.5.3). Only who names it gets it.</summary>
public static class AcceptsGzip
{
    private const int CodingsMax = 32;

    /// <param name="fieldValue">Of Accept-Encoding; empty: none was sent.</param>
    public static bool In(ReadOnlySpan<byte> fieldValue)
    {
        for (int codings = 0; !fieldValue.IsEmpty && codings < CodingsMax; codings++)
        {
            var coding = QualityList.Next(ref fieldValue, out int quality);
            if (Ascii.EqualsIgnoreCase(coding, "gzip"u8) || Ascii.EqualsIgnoreCase(coding, "x-gzip"u8))
                return quality > 0;
        }

        return false;
    }
}
