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

        await SeenAsync(room, control.Action, controls, limit.Token);
        return new RoomControlResult(RoomControlOutcome.Done, "", RoomStatusReader.Read(room));
    }

    /// <summary>The answer shows the room as it is afterwards: the next tick brings it; doors that open draw lots first.</summary>
    private static async Task SeenAsync(Room room, RoomAction action, RoomControls controls, CancellationToken limit)
    {
        while (!IsSeen(room.Node.View, action, controls) && !limit.IsCancellationRequested)
            await Task.Delay(SeenInterval, CancellationToken.None);
    }

    private static bool IsSeen(RoomView? view, RoomAction action, RoomControls controls) =>
        action == RoomAction.Open ? view?.Phase == RoomPhase.Open : view?.Controls == controls;

    private static string? Refusal(RoomSettings settings, RoomControl control) => control.Action switch
    {
        _ when settings.Mode is RoomMode.Fifo or RoomMode.Random => control is { Action: RoomAction.Rate, IsAuto: true } && !settings.AdmitAuto
            ? "the file gives a fixed rate; admit: auto in it lets the rate follow the pool"
            : null,
        RoomAction.Message or RoomAction.Revoke => null,
        _ => $"a room in mode {settings.Mode.ToString().ToLowerInvariant()} has no line",
    };

    private static RoomControls Next(RoomView view, RoomControl control, long nowMs) =>
        Next(view.Controls, view.Settings.OpensMs, control).Beside(view.Settings, nowMs);

    private static RoomControls Next(RoomControls now, long opensMs, RoomControl control) => control.Action switch
    {
        RoomAction.Rate => now with { AdmitPerSecond = control.IsAuto ? null : control.Rate },
        RoomAction.Active => now with { Active = control.Active },
        RoomAction.Pause => now with { Paused = true },
        RoomAction.Resume => now with { Paused = false, Draining = false, Resumed = true },
        RoomAction.Drain => now with { Draining = true },
        RoomAction.Open => now with { Override = RoomOverride.Open, OverrideOpensMs = opensMs },
        RoomAction.Close => now with { Override = RoomOverride.Closed, OverrideOpensMs = opensMs },
        RoomAction.Message => now with { Message = control.Message.Length == 0 ? null : control.Message },
        RoomAction.Revoke => now with { Revocations = now.Revocations + 1 },
        _ => now,
    };

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
