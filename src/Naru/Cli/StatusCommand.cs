using System.CommandLine;
using Spectre.Console;

namespace Naru.Cli;

/// <summary><c>naru status</c>: a table for eyes, key=value lines for grep, JSON for programs.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print what the admin answers: every counter, as JSON." };
        var target = new AdminTarget();
        var command = new Command("status", "Show what the running Naru does: listeners, pools, servers.") { json };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            using var client = target.Connect(parsed);
            if (parsed.GetValue(json))
                output.Write(await client.StatusText(cancellation));
            else if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
                AnsiConsole.Write(StatusTable.Of(await client.Status(cancellation)));
            else
                StatusLines.Write(await client.Status(cancellation), output);
            return ExitCode.Ok;
        });
        return command;
    }
}
