using System.CommandLine;
using Naru.Config;

namespace Naru.Cli;

/// <summary><c>naru check</c>: is this file good, and where would this request go? Touches nothing that runs.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var command = new Command("check", "Check a configuration, and say where a request would go.") { config };
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var path = parsed.GetRequiredValue(config);
            var loaded = ConfigFile.Load(path);
            ConfigMessages.Write(path, loaded, error);
            if (loaded.Snapshot is not { } snapshot)
                return ExitCode.Usage;
            output.WriteLine($"{path} is good: {Count(snapshot.Listeners.Count, "listener")}, {Count(snapshot.Pools.Count, "pool")}, "
                + Count(snapshot.Pools.Sum(p => p.Servers.Count), "server"));
            return ExitCode.Ok;
        });
        return command;
    }

    internal static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
