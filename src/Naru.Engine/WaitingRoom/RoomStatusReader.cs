using System.Text.Json;
using Naru.Core.WaitingRoom;
using Naru.Engine.Telemetry;

namespace Naru.Engine.WaitingRoom;

/// <summary>Sums what is known of one room into what the operator sees. The loops go on meanwhile: figures may be a moment apart.</summary>
internal static class RoomStatusReader
{
    public static RoomStatus Read(Room room)
    {
        var view = room.Node.View;
        var settings = view?.Settings ?? RoomOptionsMap.Settings(room.Rules.Options);
        bool hasLine = settings.Mode is RoomMode.Fifo or RoomMode.Random;
        string storeState = room.Authority.State is { IsOk: false } store ? store.Reason
            : room.Node.IsStoreLost(room.Clock.NowMs) ? "the store does not answer" : "";
        var status = new RoomStatus(room.Name, settings.Mode.ToString().ToLowerInvariant(), State(view), storeState, view?.Nodes ?? 1)
        {
            Opens = settings.OpensMs == 0 ? null
                : DateTimeOffset.FromUnixTimeMilliseconds(settings.OpensMs).ToOffset(room.Rules.Options.Opens?.Offset ?? TimeSpan.Zero),
            AdmitPerSecond = hasLine ? settings.AdmitPerSecond : 0,
            AdmitAuto = settings.AdmitAuto && view?.Controls.AdmitPerSecond == null,
            ActiveMax = hasLine ? settings.Active : 0,
            Counts = Counts(room, view?.Counts ?? new()),
        };
        if (view == null)
            return status;
        var (low, high) = Wait(view);
        return status with
        {
            Message = view.Controls.Message,
            ByHand = ByHand(view.Controls),
            Epoch = view.Epoch,
            AdmittedPerSecond = Math.Round(view.AdmittedPerSecond, 2),
            Active = view.Inside,
            Waiting = view.Waiting,
            Serving = Math.Max(0, view.CalledTo - 1),
            LastNumber = Math.Max(0, view.High - 1),
            NoShowShare = Math.Round(view.NoShowShare, 3),
            WaitLowS = low,
            WaitHighS = high,
            WaitHeldShare = Math.Round(view.ToldHeldShare, 3),
        };
    }

    private static string State(RoomView? view) => view switch
    {
        null => "closed",
        { Phase: RoomPhase.Closed } => "closed",
        { Phase: RoomPhase.Scheduled } => "scheduled",
        { Paused: true } => "paused",
        { Draining: true } => "draining",
        { Phase: RoomPhase.Prequeue } => "prequeue",
        _ => "open",
    };

    /// <summary>In the words of <see cref="RoomStatus.ByHand"/>.</summary>
    public static List<string> ByHand(RoomControls controls)
    {
        List<string> changes = [];
        Add(controls.AdmitPerSecond != null, "rate");
        Add(controls.Active != null, "active");
        Add(controls.Paused, "paused");
        Add(controls.Resumed, "resumed");
        Add(controls.Draining, "draining");
        Add(controls.Override == RoomOverride.Open, "opened");
        Add(controls.Override == RoomOverride.Closed, "closed");
        return changes;

        void Add(bool isChanged, string what)
        {
            if (isChanged)
                changes.Add(what);
        }
    }

    /// <summary>Of somebody who joins now.</summary>
    private static (int LowS, int HighS) Wait(RoomView view)
    {
        if (view.Phase != RoomPhase.Open || view.Paused)
            return (-1, -1);
        if (view.Waiting == 0)
            return (0, 0);
        return view.EtaOf(view.Waiting);
    }

    /// <param name="line">What only the line knows, whichever node sees it.</param>
    private static Telemetry.RoomCounts Counts(Room room, Core.WaitingRoom.RoomCounts line)
    {
        var counts = room.Node.Counts;
        long passed = 0, bypassed = 0;
        var refused = new Dictionary<string, long>();
        foreach (var loop in room.Loops)
        {
            passed += loop.Passed;
            bypassed += loop.Bypassed;
        }

        foreach (var reason in Enum.GetValues<RoomRefusal>())
        {
            long count = 0;
            foreach (var loop in room.Loops)
                count += loop.Refusals[(int)reason];
            if (count > 0)
                refused.Add(JsonNamingPolicy.KebabCaseLower.ConvertName(reason.ToString()), count);
        }

        return new()
        {
            Joined = counts.Joined,
            Polls = counts.Polled,
            Claimed = counts.Claimed,
            ClaimsHeld = counts.GateHolds,
            Admitted = counts.Admitted + counts.Direct,
            Direct = counts.Direct,
            Bypassed = bypassed,
            Passed = passed,
            Expired = line.Expired,
            Released = counts.Released,
            Called = line.Called,
            Gone = line.Gone,
            Priority = room.Rules.Priority.Given,
            Refused = refused,
        };
    }
}
