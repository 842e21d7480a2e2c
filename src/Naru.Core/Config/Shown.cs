using System.Text;

namespace Naru.Core.Config;

/// <summary>How messages show pieces of the file: on one line, short, and without bytes that could play with a terminal.</summary>
public static class Shown
{
    private const int CharactersMax = 60;

    /// <summary>The bare text where that is unambiguous, otherwise quoted.</summary>
    public static string Value(string text)
    {
        var isPlain = text.Length is > 0 and <= CharactersMax;
        foreach (var c in text)
            isPlain &= c is > ' ' and < '\x7f' and not '"' and not '`';
        return isPlain ? text : Quoted(text);
    }

    public static string List(IEnumerable<string> names, string lastWord)
    {
        var all = names.ToArray();
        return all.Length < 2 ? string.Join("", all) : $"{string.Join(", ", all[..^1])} {lastWord} {all[^1]}";
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (quoted.Length > CharactersMax)
            {
                quoted.Append('…');
                break;
            }
            if (rune.Value is '"' or '\\')
                quoted.Append('\\').Append(rune);
            else if (rune.Value == '\n')
                quoted.Append("\\n");
            else if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format)
                quoted.Append('?');
            else
                quoted.Append(rune);
        }
        return quoted.Append('"').ToString();
    }
}
