namespace Naru.SystemTests.Scenarios;

/// <summary>One line of a scenario, with where it stands.</summary>
internal sealed record ScenarioLine(int Number, string Text)
{
    /// <summary>The first word of a verb line: <c>pause 100ms</c> is <c>pause</c>.</summary>
    public string Verb => Text.Split(' ', 2)[0];

    public string Rest => Text.Split(' ', 2) is [_, var rest] ? rest.Trim() : "";

    public string[] Words => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A heading and the indented lines below it.</summary>
internal sealed record ScenarioSection(int Number, string[] Heading, IReadOnlyList<ScenarioLine> Lines)
{
    public string Kind => Heading[0];

    public string Name => Heading.Length > 1 ? Heading[1] : "";

    /// <summary>The word behind this one: <c>client c to @web</c>. Null: it is not there.</summary>
    public string? Option(string word) => Array.IndexOf(Heading, word, Math.Min(2, Heading.Length)) is > 0 and var at ? Heading.ElementAtOrDefault(at + 1) : null;

    public string Text => string.Concat(Lines.Select(line => line.Text + "\n"));
}

/// <summary>
/// A scenario file: what it shows, then sections. A section is a heading at the left margin and what is indented by two
/// below it. README.md beside the files tells the language.
/// </summary>
internal sealed class Scenario
{
    private const string Indent = "  ";

    private Scenario(IReadOnlyList<ScenarioSection> sections) => Sections = sections;

    public IReadOnlyList<ScenarioSection> Sections { get; }

    public static Scenario Parse(string text)
    {
        var sections = new List<ScenarioSection>();
        var lines = new List<ScenarioLine>();
        int number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (line.StartsWith('#') || line.Length == 0)
                continue;
            if (line.StartsWith(Indent, StringComparison.Ordinal))
            {
                lines.Add(new ScenarioLine(number, line[Indent.Length..]));
                continue;
            }

            lines = [];
            sections.Add(new ScenarioSection(number, line.Split(' ', StringSplitOptions.RemoveEmptyEntries), lines));
        }

        return new Scenario(sections);
    }
}
