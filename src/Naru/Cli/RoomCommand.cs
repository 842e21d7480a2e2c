using System.CommandLine;
using Naru.Admin;
using Naru.Core.Config;
using Naru.Engine.Telemetry;

namespace Naru.Cli;

/// <summary><c>naru room</c>: the operator's hand on the waiting rooms of a running Naru.</summary>
internal static class RoomCommand
{
    private delegate RoomControl? ReadValue(string text, out string fault);

    public static Command Create() => new("room", "See and steer the waiting rooms of the running Naru. What is changed here lasts, also over a restart.")
    {
        RoomListCommand.Create(),
        RoomShowCommand.Create(),
        WithValue(RoomAction.Rate, "RATE", $"Admissions a second, such as 500/s; {RoomRequest.Auto}: as the pool takes it, if the file says so; {RoomRequest.AsInFile}: as in the file.",
            "Let more or fewer visitors in.", RoomRequest.Rate),
        WithValue(RoomAction.Active, "COUNT", $"Visitors inside at one time, such as 20000; {RoomRequest.AsInFile}: as in the file.",
            "Let more or fewer visitors be inside at one time. A lower limit sends nobody out.", RoomRequest.Active),
        Plain(RoomAction.Pause, "Let nobody in. Who waits keeps their place, and new visitors may join."),
        Plain(RoomAction.Resume, "Take a pause or a drain back."),
        Plain(RoomAction.Drain, "Let nobody join any more. Who waits is served."),
        Plain(RoomAction.Open, "Open the doors now: before their time, or after a close."),
        Plain(RoomAction.Close, "Let nobody join or in. Who is inside may finish."),
        WithValue(RoomAction.Message, "TEXT", "One line of text; '' takes the last one away.", "Tell those who wait something.", RoomRequest.Message),
        RoomRevokeCommand.Create(),
    };

    internal static Argument<string> RoomArgument() => new("ROOM") { Description = "A waiting room, as naru room list prints it." };

    /// <summary>What has become of the room, in one line.</summary>
    internal static string Told(RoomAction action, RoomStatus room) => action switch
    {
        RoomAction.Rate when room.AdmitAuto => $"{room.Name} lets in what the pool takes",
        RoomAction.Rate => $"{room.Name} lets in {RateText.Of(room.AdmitPerSecond)}",
        RoomAction.Active => $"{room.Name} has room for {room.ActiveMax}, and {room.Active} inside",
        RoomAction.Pause => $"{room.Name} is paused: nobody is let in",
        RoomAction.Resume when room.State == "closed" => $"{room.Name} is still closed; open lets visitors in",
        RoomAction.Resume => $"{room.Name} goes on; it is {room.State}",
        RoomAction.Drain => $"{room.Name} is draining: nobody joins, {room.Waiting} who wait are served",
        RoomAction.Open => $"{room.Name} is {room.State}",
        RoomAction.Close => $"{room.Name} is closed; {room.Active} who are inside may finish",
        RoomAction.Message => room.Message is null ? $"{room.Name} says nothing more" : $"{room.Name} says: {room.Message}",
        _ => $"{room.Name} begins anew: every place and session has ended (epoch {room.Epoch})",
    };

    private static Command Plain(RoomAction action, string description)
    {
        var (command, room, target) = Verb(action, description);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = target.Connect(parsed);
            var status = await client.ControlRoom(parsed.GetRequiredValue(room), new RoomControl(action), cancellation);
            parsed.InvocationConfiguration.Output.WriteLine(Told(action, status));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command WithValue(RoomAction action, string name, string meaning, string description, ReadValue read)
    {
        var (command, room, target) = Verb(action, description);
        var value = new Argument<RoomControl>(name)
        {
            Description = meaning,
            CustomParser = result =>
            {
                var control = read(result.Tokens[0].Value, out var fault);
                if (control is null)
                    result.AddError(fault);
                return control!;
            },
        };
        command.Add(value);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = target.Connect(parsed);
            var status = await client.ControlRoom(parsed.GetRequiredValue(room), parsed.GetRequiredValue(value), cancellation);
            parsed.InvocationConfiguration.Output.WriteLine(Told(action, status));
            return ExitCode.Ok;
        });
        return command;
    }

    private static (Command, Argument<string> Room, AdminTarget) Verb(RoomAction action, string description)
    {
        var room = RoomArgument();
        var command = new Command(RoomRequest.Verb(action), description) { room };
        var target = new AdminTarget();
        target.AddTo(command);
        return (command, room, target);
    }
}
