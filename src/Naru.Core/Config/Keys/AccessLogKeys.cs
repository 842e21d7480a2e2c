using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

internal static class AccessLogKeys
{
    private static readonly ConfigKey<string> Path = new("path", new FilePathKind(AccessLogOptions.Stdout),
        "A file that is appended to, or stdout.")
    { IsRequired = true };

    private static readonly ConfigKey<string> Format = new("format", new WordKind<string>("a log format", [("json", "json")]), "json",
        "json: one object a line.");

    public static readonly Section<AccessLogOptions> Section = new(
        "a mapping of path and format", "One line for each request or connection. Absent: off.", [Path, Format], Bind);

    private static AccessLogOptions Bind(SectionReader section)
    {
        section.Get(Format);
        return new() { Path = section.Get(Path) ?? "" };
    }
}
