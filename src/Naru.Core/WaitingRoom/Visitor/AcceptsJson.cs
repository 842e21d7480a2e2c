using System.Text;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// Whether a visitor is a program that reads JSON, by Accept (RFC 9110 section 12.5.1). Only who names JSON gets it: browsers and
/// plain downloads say <c>*/*</c> too, and a page is what a person can read.
/// </summary>
public static class AcceptsJson
{
    private const int RangesMax = 32;

    /// <param name="fieldValue">Of Accept; empty: none was sent.</param>
    public static bool In(ReadOnlySpan<byte> fieldValue)
    {
        int json = 0;
        int html = 0;
        for (int ranges = 0; !fieldValue.IsEmpty && ranges < RangesMax; ranges++)
        {
            var range = QualityList.Next(ref fieldValue, out int quality);
            if (IsJson(range) && quality > json)
                json = quality;
            else if (Ascii.EqualsIgnoreCase(range, "text/html"u8) || Ascii.EqualsIgnoreCase(range, "application/xhtml+xml"u8))
                html = Math.Max(html, quality);
        }

        return json > html;
    }

    private static bool IsJson(ReadOnlySpan<byte> range) =>
        Ascii.EqualsIgnoreCase(range, "application/json"u8)
        || (range.Length > 17 && Ascii.EqualsIgnoreCase(range[..12], "application/"u8) && Ascii.EqualsIgnoreCase(range[^5..], "+json"u8));
}
