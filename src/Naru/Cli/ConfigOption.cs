using System.CommandLine;

namespace Naru.Cli;

/// <summary>The option <c>-c</c>, the same for every verb that has it.</summary>
internal static class ConfigOption
{
    public const string DefaultPath = "naru.yaml";

    public static Option<string> Create(string description = "The configuration file.") => new("--config", "-c")
    {
        Description = description,
        HelpName = "FILE",
        DefaultValueFactory = _ => DefaultPath,
    };
}
