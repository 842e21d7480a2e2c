using System.Globalization;
using System.Text;
using Naru.Core.Config.Keys;

namespace Naru.Core.Config;

/// <summary>The reference of the configuration file in Markdown, generated from the description from which the binder reads.</summary>
public static class ConfigReference
{
    private const string Preface = """
        # Configuration

        **한국어**: [configuration.ko.md](configuration.ko.md)

        Generated from the code (`src/Naru.Core/Config/Keys`); to refresh it run the tests with `NARU_UPDATE_SNAPSHOTS=1`.

        One YAML file, `naru.yaml`, says everything. Unknown keys are errors. `naru check` tells every error at once, each with file,
        line, column, path, value and fix. `samples/` has files to start from, and `samples/naru.schema.json` teaches an editor the keys:
        begin the file with `# yaml-language-server: $schema=naru.schema.json`.

        | what | how it is written |
        |---|---|
        | duration | `250ms` `2s` `1.5s` `5m` `1h` |
        | size | `512B` `64KiB` `16MiB` `1GiB`; a bare number is bytes |
        | rate | `500/s` `120/m` |
        | share | `50%` or `0.5` |
        | environment variable | `${NAME}`, or `${NAME:-default}` for one that may be unset or empty; `$${` is a plain `${` |
        | file | absolute, or counted from the folder of the configuration file |
        | secret | in a file of its own (`keyFile`, `tokenFile`) that only Naru's user can read |

        YAML aliases (`&name`, `*name`) may repeat a whole value. A file has at most 4 MiB.
        """;

    public static string Markdown()
    {
        var text = new StringBuilder(Preface).Append('\n');
        Append(text, "", RootKeys.Section.Description);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string path, SectionDescription section)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {(path.Length == 0 ? "The file" : $"`{path}`")}\n\n{section.Documentation}\n\n");
        text.Append("| key | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var key in section.Keys)
            text.Append(CultureInfo.InvariantCulture, $"| `{key.Name}` | {Cell(key.Kind.Expected)} | {Default(key)} | {Cell(key.Documentation)} |\n");
        foreach (var key in section.LaterKeys)
            text.Append(CultureInfo.InvariantCulture, $"\n`{key.Name}` is reserved: this version does not have {key.Feature} yet.\n");
        foreach (var key in section.Keys)
            if (key.Kind.Inner is { } inner)
                Append(text, (path.Length == 0 ? "" : path + ".") + key.Name + inner.Suffix, inner.Section);
    }

    private static string Default(ConfigKey key) => key.IsRequired ? "**required**" : Cell(key.DefaultText);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
