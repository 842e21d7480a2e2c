using System.CommandLine;
using System.Globalization;
using Naru.Config;
using Naru.Core.Config;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Rehearsal;
using Naru.Rehearsal;

namespace Naru.Cli;

/// <summary><c>naru rehearse</c>: plays the opening of a waiting room against a crowd, in virtual time, and tells what would happen.</summary>
internal static class RehearseCommand
{
    private static readonly (string Option, string HelpName, string[] Path, string Description)[] Overrides =
    [
        ("--visitors", "N", ["visitors"], "Visitors in all."),
        ("--lasts", "DURATION", ["lasts"], "How much time is played."),
        ("--opens", "DURATION", ["opens"], "When the room opens; 0: at once."),
        ("--admit", "RATE", ["room", "admit"], "Admissions a second, such as 50/s."),
        ("--active", "N", ["room", "active"], "Visitors inside at one time."),
        ("--session", "DURATION", ["room", "session"], "How long a pass lives after the last request."),
        ("--mode", "MODE", ["room", "mode"], "fifo or random."),
        ("--nodes", "N", ["nodes", "count"], "Nodes of the cluster."),
    ];

    public static Command Create()
    {
        var crowd = new Argument<string?>("CROWD") { Description = "A YAML file that describes the crowd; without it, the defaults.", Arity = ArgumentArity.ZeroOrOne };
        var config = ConfigOption.Create("The configuration file with the room.");
        var room = new Option<string?>("--room") { Description = "Rehearse this room of the configuration.", HelpName = "ROOM" };
        var seed = new Option<ulong>("--seed") { Description = "Another seed, another course of the same crowd. Default: 1.", HelpName = "N", CustomParser = WholeNumber.Parse<ulong>, DefaultValueFactory = _ => 1 };
        var report = new Option<string?>("--report") { Description = "Write a report with pictures to this HTML file.", HelpName = "FILE" };
        var command = new Command("rehearse", "Rehearse the opening of a waiting room against a crowd, in virtual time.") { crowd, config, room, seed, report };
        var overrides = Overrides.Select(o => (Option: new Option<string?>(o.Option) { Description = o.Description, HelpName = o.HelpName }, o.Path)).ToList();
        foreach (var (option, _) in overrides)
            command.Add(option);
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var given = overrides.Where(o => parsed.GetValue(o.Option) is not null).Select(o => (o.Path, Text: parsed.GetValue(o.Option)!)).ToList();
            var (plan, problems) = CrowdFile.Load(parsed.GetValue(crowd), given);
            ConfigMessages.Write(problems, error);
            if (plan is null)
                return ExitCode.Usage;
            var isConfigGiven = parsed.GetResult(config) is { Implicit: false };
            if (isConfigGiven || parsed.GetValue(room) is not null)
            {
                if (Room(parsed.GetRequiredValue(config), parsed.GetValue(room), error) is not { } options)
                    return ExitCode.Usage;
                plan = WithRoom(plan, options, given.Select(g => g.Path[^1]).ToHashSet());
            }
            var result = RehearsalRun.Play(plan, parsed.GetValue(seed));
            RehearsalText.Write(result, output);
            if (parsed.GetValue(report) is { } path)
                WriteReport(result, path, output);
            return result.IsGood ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    private static WaitingRoomOptions? Room(string path, string? name, TextWriter error)
    {
        var loaded = ConfigFile.Load(path);
        ConfigMessages.Write(loaded, error);
        if (loaded.Snapshot is not { } snapshot)
            return null;
        var names = snapshot.WaitingRooms.Select(r => r.Name).ToList();
        if (names.Count == 0)
            throw new CliException($"{path} has no waiting room; add one under waitingRooms, or leave -c and --room away", ExitCode.Usage);
        if (name is null && names.Count > 1)
            throw new CliException($"{path} has {names.Count} waiting rooms: name one by --room, such as --room {names[0]}", ExitCode.Usage);
        return snapshot.WaitingRooms.FirstOrDefault(r => name is null || r.Name == name)
            ?? throw new CliException($"{path} has no waiting room {Shown.Value(name!)}{Nearest.Hint(name!, names)}", ExitCode.Usage);
    }

    /// <summary>The room of the configuration, but for what the options say: "what if we admitted 100 a second?"</summary>
    private static CrowdPlan WithRoom(CrowdPlan plan, WaitingRoomOptions options, HashSet<string> given)
    {
        if (options.Mode is RoomMode.Passthrough or RoomMode.Reject && !given.Contains("mode"))
            throw new CliException($"the room {options.Name} has no line to rehearse: its mode is {options.Mode.ToString().ToLowerInvariant()}; give --mode fifo", ExitCode.Usage);
        if (options.AdmitPerSecond <= 0 && !given.Contains("admit"))
            throw new CliException($"the room {options.Name} has no fixed rate to rehearse; give one by --admit, such as --admit 100/s", ExitCode.Usage);
        if (options.Active <= 0 && !given.Contains("active"))
            throw new CliException($"the room {options.Name} has no limit of sessions; give one by --active", ExitCode.Usage);
        return plan with
        {
            Opens = options.Opens is null && !given.Contains("opens") ? TimeSpan.Zero : plan.Opens,
            Room = new RehearsedRoom
            {
                Name = options.Name,
                AdmitPerSecond = given.Contains("admit") ? plan.Room.AdmitPerSecond : options.AdmitPerSecond,
                Active = given.Contains("active") ? plan.Room.Active : options.Active,
                Session = given.Contains("session") ? plan.Room.Session : options.Session,
                Mode = given.Contains("mode") ? plan.Room.Mode : options.Mode,
                Prequeue = options.Prequeue,
                Grace = options.Grace,
            },
        };
    }

    private static void WriteReport(RehearsalResult result, string path, TextWriter output)
    {
        try
        {
            File.WriteAllText(path, HtmlReport.Render(result));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CliException($"the report cannot be written to {path}: {e.Message.TrimEnd('.')}");
        }
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  The report with pictures is in {path}."));
    }
}
