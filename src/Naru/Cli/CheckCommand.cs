using System.CommandLine;
using System.Globalization;
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
        command.Validators.Add(result =>
        {
            if (result.GetResult(explain) is null && (result.GetResult(method) is { Implicit: false } || result.GetResult(headers) is not null))
                result.AddError("--method and --header describe the request that --explain is about: add --explain URL");
        });
        headers.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value.IndexOf(':', StringComparison.Ordinal) <= 0)
                    result.AddError($"--header '{token.Value}': write 'NAME: VALUE'");
        });
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
            foreach (var room in snapshot.WaitingRooms)
                if (room.Opens is { } opens)
                    output.WriteLine(Opening(room, opens, DateTimeOffset.Now));
            WarnOfFolder("store.path", snapshot.Store?.Path, error);
            WarnOfFolder("accessLog.path", snapshot.AccessLog is { Path: not AccessLogOptions.Stdout and var log } ? log : null, error);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Not an error: the file may be meant for another machine.</summary>
    private static void WarnOfFolder(string key, string? path, TextWriter error)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent && !Directory.Exists(parent))
            error.WriteLine($"naru: warning: {key}: {parent} does not exist on this machine. Make it before Naru starts, or mend the path.");
    }

    /// <summary>In words, so that a wrong day, year or time zone meets the eye.</summary>
    private static string Opening(WaitingRoomOptions room, DateTimeOffset opens, DateTimeOffset now)
    {
        var left = opens - now;
        var moment = string.Create(CultureInfo.InvariantCulture, $"{opens:yyyy-MM-dd HH:mm:ss zzz}");
        if (left <= TimeSpan.Zero)
            return $"  {room.Name} is open: {moment} has passed";
        var near = left.Days > 0 ? $"{left.Days} d {left.Hours} h" : left.Hours > 0 ? $"{left.Hours} h {left.Minutes} min" : $"{left.Minutes} min {left.Seconds} s";
        return $"  {room.Name} opens {moment}, in {near}"
            + (room.Prequeue > TimeSpan.Zero ? $"; who comes in the {room.Prequeue.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture)} min before is drawn by lot" : "");
    }

    internal static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
