using System.CommandLine;

namespace Naru.Cli;

/// <summary><c>naru reload</c>: the running Naru reads its file again. What SIGHUP does, with an answer.</summary>
internal static class ReloadCommand
{
    public static Command Create()
    {
        var target = new AdminTarget();
        var command = new Command("reload", "Let the running Naru read its configuration again. A bad file changes nothing.");
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            using var client = target.Connect(parsed);
            var outcome = await client.Reload(cancellation);
            foreach (var warning in outcome.Warnings)
                error.WriteLine($"naru: warning: {warning}");
            foreach (var message in outcome.Errors)
                error.WriteLine($"naru: {message}");
            if (outcome.Reloaded)
                output.WriteLine("reloaded");
            else
                error.WriteLine("naru: not reloaded; nothing has changed");
            return outcome.Reloaded ? ExitCode.Ok : ExitCode.Usage;
        });
        return command;
    }
}
