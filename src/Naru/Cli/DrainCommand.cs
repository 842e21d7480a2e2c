using System.CommandLine;

namespace Naru.Cli;

/// <summary><c>naru drain POOL/SERVER</c>: no new requests to the server; those in flight end.</summary>
internal static class DrainCommand
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var server = ServerName.CreateArgument();
        var wait = new Option<bool>("--wait") { Description = "Wait until nothing is in flight to the server." };
        var timeout = new Option<int>("--timeout")
        {
            Description = "Give up waiting after so many seconds; the server stays draining.",
            HelpName = "SECONDS",
            CustomParser = WholeNumber.Parse<int>,
            DefaultValueFactory = _ => 60,
        };
        var target = new AdminTarget();
        var command = new Command("drain", "Send a server no new clients, and let what it has in flight end. Clients whose sticky cookie names it still come.") { server, wait, timeout };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var name = parsed.GetRequiredValue(server);
            using var client = target.Connect(parsed);
            await client.Drain(name, draining: true, cancellation);
            if (!parsed.GetValue(wait))
                output.WriteLine($"{name} is draining");
            else
                await WaitUntilEmpty(client, name, TimeSpan.FromSeconds(parsed.GetValue(timeout)), output, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task WaitUntilEmpty(
        AdminClient client, ServerName name, TimeSpan timeout, TextWriter output, CancellationToken cancellation)
    {
        var giveUp = TimeProvider.System.GetTimestamp() + (long)(timeout.TotalSeconds * TimeProvider.System.TimestampFrequency);
        for (var told = -1; ;)
        {
            var inFlight = InFlight(await client.Status(cancellation), name);
            if (inFlight == 0)
            {
                output.WriteLine($"{name} is drained: nothing is in flight");
                return;
            }
            if (TimeProvider.System.GetTimestamp() >= giveUp)
                throw new CliException($"{name} still has {inFlight} in flight after {timeout.TotalSeconds:0} s; it stays draining, naru status shows it");
            if (inFlight != told)
                output.WriteLine($"{name} is draining: {inFlight} in flight");
            told = inFlight;
            await Task.Delay(PollInterval, cancellation);
        }
    }

    /// <summary>A server that a reload took away meanwhile has nothing in flight.</summary>
    private static int InFlight(Engine.Telemetry.StatusReport status, ServerName name)
        => status.Pools.FirstOrDefault(p => p.Name == name.Pool)?.Servers.FirstOrDefault(s => s.Address == name.Server)?.InFlight ?? 0;
}
