using System.CommandLine;
using Naru.Config;
using Naru.Core.Config;

namespace Naru.Cli;

/// <summary><c>naru check</c>: is this file good, and where would this request go? Touches nothing that runs.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var explain = new Option<string?>("--explain") { Description = "Say which route takes a request to this URL, and why.", HelpName = "URL" };
        var method = new Option<string>("--method") { Description = "Method of that request.", HelpName = "METHOD", DefaultValueFactory = _ => "GET" };
        var headers = new Option<string[]>("--header") { Description = "A field of that request; may be given again.", HelpName = "'NAME: VALUE'" };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of the configuration, for editors, and nothing else." };
        var command = new Command("check", "Check a configuration, and say where a request would go.") { config, explain, method, headers, schema };
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(schema))
            {
                output.Write(ConfigSchema.Json());
                return ExitCode.Ok;
            }
            var path = parsed.GetRequiredValue(config);
            var loaded = ConfigFile.Load(path);
            ConfigMessages.Write(loaded, error);
            if (loaded.Snapshot is not { } snapshot)
                return ExitCode.Usage;
            if (parsed.GetValue(explain) is { } url)
                return RouteExplainer.Explain(snapshot, url, parsed.GetRequiredValue(method), parsed.GetValue(headers) ?? [], output) ? ExitCode.Ok : ExitCode.Failed;
            output.WriteLine($"{path} is good: {Count(snapshot.Listeners.Count, "listener")}, {Count(snapshot.Pools.Count, "pool")}, "
                + Count(snapshot.Pools.Sum(p => p.Servers.Count), "server")
                + (snapshot.WaitingRooms.Count == 0 ? "" : $", {Count(snapshot.WaitingRooms.Count, "waiting room")}"));
            return ExitCode.Ok;
        });
        return command;
    }

    internal static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
