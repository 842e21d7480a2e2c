using System.CommandLine;

namespace Naru.Cli;

/// <summary><c>naru demo</c>: everything in one terminal, nothing to set up.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var seconds = new Option<int?>("--seconds") { Description = "End after so many seconds.", HelpName = "N" };
        var lang = new Option<string?>("--lang") { Description = "Language of the demo: en or ko. Default: as LC_ALL or LANG says.", HelpName = "LANGUAGE" };
        lang.AcceptOnlyFromAmong("en", "ko");
        var command = new Command("demo", "See Naru work: six small servers, a load, and keys that break them.") { seconds, lang };
        command.SetAction(parsed => ExitCode.Ok);
        return command;
    }
}
