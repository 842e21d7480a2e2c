namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>Which of some languages a visitor likes best: Accept-Language (RFC 9110 section 12.5.4), looked up as in RFC 4647 section 3.4.</summary>
public static class AcceptLanguage
{
    /// <summary>Ranges after these are not looked at.</summary>
    private const int RangesMax = 32;

    /// <param name="fieldValue">Of Accept-Language; empty: none was sent.</param>
    /// <param name="languages">Lower-case tags, the one for everybody else first.</param>
    /// <returns>The place of the language; 0 when the visitor names none of them.</returns>
    public static int Choose(ReadOnlySpan<byte> fieldValue, ReadOnlySpan<byte[]> languages)
    {
        int best = 0;
        int bestQuality = 0;
        for (int ranges = 0; !fieldValue.IsEmpty && ranges < RangesMax; ranges++)
        {
            var range = QualityList.Next(ref fieldValue, out int quality);
            if (quality <= bestQuality)
                continue;
            int language = Find(range, languages);
            if (language >= 0)
                (best, bestQuality) = (language, quality);
        }

        return best;
    }

    /// <summary>The range itself, then the range without its last subtags: <c>ko-KR</c> finds <c>ko</c>.</summary>
    private static int Find(ReadOnlySpan<byte> range, ReadOnlySpan<byte[]> languages)
    {
        while (!range.IsEmpty)
        {
            for (int i = 0; i < languages.Length; i++)
                if (System.Text.Ascii.EqualsIgnoreCase(range, languages[i]))
                    return i;
            int end = range.LastIndexOf((byte)'-');
            range = end < 0 ? default : range[..end];
        }

        return -1;
    }
}
