using System.CommandLine;
using Spectre.Console;

namespace Naru.Cli;

/// <summary><c>naru room list</c>: one line a room; a table for eyes.</summary>
internal static class RoomListCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print what the admin answers, as JSON." };
        var target = new AdminTarget();
        var command = new Command("list", "Show all waiting rooms and who waits in them.") { json };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            using var client = target.Connect(parsed);
            if (parsed.GetValue(json))
            {
                output.Write(await client.RoomsText(cancellation));
                return ExitCode.Ok;
            }
            var rooms = await client.Rooms(cancellation);
            if (rooms.Count == 0)
                parsed.InvocationConfiguration.Error.WriteLine("naru: the running Naru has no waiting room");
            else if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
                AnsiConsole.Write(RoomText.Table(rooms));
            else
                foreach (var room in rooms)
                    output.WriteLine(RoomText.Line(room));
            return ExitCode.Ok;
        });
        return command;
    }
}
