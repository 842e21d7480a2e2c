using System.CommandLine;

namespace Naru.Cli;

/// <summary><c>naru room show ROOM</c>: everything that is known of one room.</summary>
internal static class RoomShowCommand
{
    public static Command Create()
    {
        var room = RoomCommand.RoomArgument();
        var json = new Option<bool>("--json") { Description = "Print what the admin answers, as JSON." };
        var target = new AdminTarget();
        var command = new Command("show", "Show all figures of one waiting room.") { room, json };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var name = parsed.GetRequiredValue(room);
            using var client = target.Connect(parsed);
            if (parsed.GetValue(json))
                output.Write(await client.RoomText(name, cancellation));
            else
                RoomText.WritePage(await client.Room(name, cancellation), output);
            return ExitCode.Ok;
        });
        return command;
    }
}
