using Naru.Core.WaitingRoom;
using Naru.Engine.Telemetry;

namespace Naru.Engine.WaitingRoom;

/// <summary>The operator's hand on one room: turns one move into the controls that the line knows, and brings them to the store.</summary>
internal static class RoomHand
{
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SeenInterval = TimeSpan.FromMilliseconds(10);

    public static async Task<RoomControlResult> MoveAsync(Room room, RoomControl control)
    {
        if (room.Node.View is not { } view)
            return new RoomControlResult(RoomControlOutcome.StoreLost, "the store has not answered yet", null);
        if (Refusal(view.Settings, control) is { } why)
            return new RoomControlResult(RoomControlOutcome.Refused, why, null);
        var controls = Next(view, control, room.Clock.NowMs);
        using var limit = new CancellationTokenSource(StoreTimeout);
        try
        {
            if (!await room.Authority.ControlAsync(controls, room.Clock.NowMs, limit.Token))
                return new RoomControlResult(RoomControlOutcome.StoreLost, Or(room.Authority.State.Reason, "the store does not take it"), null);
        }
        catch (OperationCanceledException)
        {
            return new RoomControlResult(RoomControlOutcome.StoreLost, $"the store did not answer for {StoreTimeout.TotalSeconds:0} s", null);
        }

        await SeenAsync(room, controls, limit.Token);
        return new RoomControlResult(RoomControlOutcome.Done, "", RoomStatusReader.Read(room));
    }

    /// <summary>The answer shows the room as it is afterwards: the next tick brings it.</summary>
    private static async Task SeenAsync(Room room, RoomControls controls, CancellationToken limit)
    {
        while (room.Node.View?.Controls != controls && !limit.IsCancellationRequested)
            await Task.Delay(SeenInterval, CancellationToken.None);
    }

    private static string? Refusal(RoomSettings settings, RoomControl control) => control.Action switch
    {
        _ when settings.Mode is RoomMode.Fifo or RoomMode.Random => control is { Action: RoomAction.Rate, IsAuto: true } && !settings.AdmitAuto
            ? "the file gives a fixed rate; admit: auto in it lets the rate follow the pool"
            : null,
        RoomAction.Message or RoomAction.Revoke => null,
        _ => $"a room in mode {settings.Mode.ToString().ToLowerInvariant()} has no line",
    };

    private static RoomControls Next(RoomView view, RoomControl control, long nowMs) => Next(view.Controls, control, nowMs >= view.Settings.OpensMs);

    /// <param name="isDue">The doors are open by the file: opening them is to take a close back, and the next opening that the file names counts.</param>
    private static RoomControls Next(RoomControls now, RoomControl control, bool isDue) => control.Action switch
    {
        RoomAction.Rate => now with { AdmitPerSecond = control.IsAuto ? null : control.Rate },
        RoomAction.Active => now with { Active = control.Active },
        RoomAction.Pause => now with { Paused = true },
        RoomAction.Resume => now with { Paused = false, Draining = false, Resumed = true },
        RoomAction.Drain => now with { Draining = true },
        RoomAction.Open => now with { Override = isDue ? RoomOverride.None : RoomOverride.Open },
        RoomAction.Close => now with { Override = RoomOverride.Closed },
        RoomAction.Message => now with { Message = control.Message.Length == 0 ? null : control.Message },
        RoomAction.Revoke => now with { Revocations = now.Revocations + 1 },
        _ => now,
    };

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
