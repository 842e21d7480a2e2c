using System.CommandLine;
using Naru.Demo;

namespace Naru.Cli;

/// <summary><c>naru demo</c>: everything in one terminal, nothing to set up.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var seconds = new Option<int?>("--seconds") { Description = "End after so many seconds.", HelpName = "N" };
        seconds.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && (!int.TryParse(value, out var n) || n is < 1 or > 86_400))
                result.AddError("--seconds takes a whole number from 1 to 86400");
        });
        var lang = new Option<string?>("--lang") { Description = "Language of the demo: en or ko. Default: as LC_ALL or LANG says.", HelpName = "LANGUAGE" };
        lang.AcceptOnlyFromAmong("en", "ko");
        var command = new Command("demo", "See Naru work: small servers, a waiting room, a load, and keys that break them.") { seconds, lang };
        command.SetAction(parsed => DemoProgram.RunAsync(
            DemoText.For(parsed.GetValue(lang), Environment.GetEnvironmentVariable),
            parsed.GetValue(seconds) is { } n ? TimeSpan.FromSeconds(n) : null,
            parsed.InvocationConfiguration.Output));
        return command;
    }
}
