using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;

namespace Naru.SystemTests.Scenarios;

/// <summary>
/// What stands for something else in a scenario: <c>@name</c> for an address or a kept value, <c>{a*100}</c> for a hundred
/// a's, <c>\r \n \t \0 \xNN \\</c> for bytes.
/// </summary>
internal sealed partial class ScenarioWords
{
    private readonly Dictionary<string, string> _values = [];

    public void Set(string name, string value) => _values[name] = value;

    public bool Has(string name) => _values.ContainsKey(name);

    public string this[string name] => _values[name];

    /// <summary>Names in the text, in order.</summary>
    public static IEnumerable<string> NamesIn(string text) => NamePattern().Matches(text).Select(m => m.Groups[1].Value);

    /// <summary>Replaces names and repetitions, not escapes.</summary>
    public string Fill(string text)
    {
        text = NamePattern().Replace(text, m => _values.TryGetValue(m.Groups[1].Value, out var value) ? value : m.Value);
        return RepeatPattern().Replace(text, m => new string(m.Groups[1].Value[0], int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)));
    }

    /// <summary>The bytes that a line stands for, as Latin-1 text.</summary>
    public string Bytes(string text) => EscapePattern().Replace(Fill(text), m => m.Value[1] switch
    {
        'r' => "\r",
        'n' => "\n",
        't' => "\t",
        '0' => "\0",
        'x' => ((char)int.Parse(m.Value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString(),
        _ => "\\",
    });

    public byte[] ToBytes(string text) => Encoding.Latin1.GetBytes(Bytes(text));

    /// <summary>Whether the text is what was expected, where <c>*</c> stands for anything.</summary>
    public static bool Fits(string expected, string actual) =>
        expected == actual || (expected.Contains('*', StringComparison.Ordinal) && FileSystemName.MatchesSimpleExpression(expected.Replace("\\", "\\\\", StringComparison.Ordinal), actual, ignoreCase: false));

    public static TimeSpan Duration(string text) => text.EndsWith("ms", StringComparison.Ordinal)
        ? TimeSpan.FromMilliseconds(int.Parse(text.AsSpan(0, text.Length - 2), CultureInfo.InvariantCulture))
        : TimeSpan.FromSeconds(int.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture));

    [GeneratedRegex("@([a-z][a-z0-9]*)")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\{(.)\*(\d+)\}")]
    private static partial Regex RepeatPattern();

    [GeneratedRegex(@"\\(r|n|t|0|\\|x[0-9A-Fa-f]{2})")]
    private static partial Regex EscapePattern();
}
