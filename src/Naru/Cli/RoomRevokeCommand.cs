using System.CommandLine;
using Naru.Admin;
using Naru.Engine.Telemetry;

namespace Naru.Cli;

/// <summary><c>naru room revoke ROOM --yes</c>: the one move that cannot be taken back.</summary>
internal static class RoomRevokeCommand
{
    public static Command Create()
    {
        var room = RoomCommand.RoomArgument();
        var yes = new Option<bool>("--yes") { Description = "Do it. Without this option nothing is done but to say who would lose their place." };
        var target = new AdminTarget();
        var command = new Command(RoomRequest.Verb(RoomAction.Revoke), "End every place and every session: everybody begins anew. This cannot be taken back.") { room, yes };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetRequiredValue(room);
            using var client = target.Connect(parsed);
            if (!parsed.GetValue(yes))
            {
                var now = await client.Room(name, cancellation);
                throw new CliException(
                    $"this ends the place of {now.Waiting} who wait in {name} and the session of {now.Active} who are inside, for good; add --yes to do it", ExitCode.Usage);
            }
            var status = await client.ControlRoom(name, new RoomControl(RoomAction.Revoke), cancellation);
            parsed.InvocationConfiguration.Output.WriteLine(RoomCommand.Told(RoomAction.Revoke, status));
            return ExitCode.Ok;
        });
        return command;
    }
}
