using System.CommandLine;

namespace Naru.Cli;

/// <summary><c>naru undrain POOL/SERVER</c>: takes a drain back.</summary>
internal static class UndrainCommand
{
    public static Command Create()
    {
        var server = ServerName.CreateArgument();
        var target = new AdminTarget();
        var command = new Command("undrain", "Take a drain back: the server gets traffic again.") { server };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetRequiredValue(server);
            using var client = target.Connect(parsed);
            await client.Drain(name, draining: false, cancellation);
            parsed.InvocationConfiguration.Output.WriteLine($"{name} gets traffic again");
            return ExitCode.Ok;
        });
        return command;
    }
}
