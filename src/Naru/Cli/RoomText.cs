using System.Globalization;
using Naru.Core.Config;
using Naru.Engine.Telemetry;
using Spectre.Console;

namespace Naru.Cli;

/// <summary>A waiting room in words: a line for pipes, a table for eyes, a page for one room.</summary>
internal static class RoomText
{
    public static string Line(RoomStatus room)
    {
        var store = room.Store.Length == 0 ? "" : $" store=\"{room.Store}\"";
        var byHand = room.ByHand.Count == 0 ? "" : $" by-hand={string.Join(',', room.ByHand)}";
        return Invariant(
            $"room {room.Name} mode={room.Mode} state={room.State} waiting={room.Waiting} active={room.Active}/{room.ActiveMax} rate={Rate(room)} admitted={room.AdmittedPerSecond:0.#}/s wait={Wait(room)} no-show={room.NoShowShare * 100:0}% joined={room.Counts.Joined} admitted-total={room.Counts.Admitted} direct={room.Counts.Direct} refused={room.Counts.Refused.Values.Sum()} epoch={room.Epoch}{byHand}{store}");
    }

    public static Table Table(IReadOnlyList<RoomStatus> rooms)
    {
        var table = StatusTable.Frame("room", "state").AddColumns(
            StatusTable.Right("waiting"), StatusTable.Right("wait"), StatusTable.Right("inside"), StatusTable.Right("lets in"),
            StatusTable.Right("admitted"), StatusTable.Right("no-show"), StatusTable.Right("refused"));
        foreach (var room in rooms)
        {
            var state = $"[{Colour(room.State)}]{room.State}[/]"
                + (room.Message is null ? "" : $"\n[grey]{Markup.Escape(room.Message)}[/]")
                + (room.ByHand.Count == 0 ? "" : $"\n[yellow]by hand: {string.Join(", ", room.ByHand)}[/]")
                + (room.Store.Length == 0 ? "" : $"\n[red]{Markup.Escape(room.Store)}[/]");
            table.AddRow(
                $"{Markup.Escape(room.Name)}\n[grey]{room.Mode}[/]", state, StatusTable.Short(room.Waiting), Wait(room),
                $"{StatusTable.Short(room.Active)} of {StatusTable.Short(room.ActiveMax)}", Rate(room),
                Invariant($"{room.AdmittedPerSecond:0.#}/s"), Invariant($"{room.NoShowShare * 100:0}%"),
                StatusTable.Short(room.Counts.Refused.Values.Sum()));
        }
        return table;
    }

    public static void WritePage(RoomStatus room, TextWriter output)
    {
        var counts = room.Counts;
        output.WriteLine(Invariant($"{room.Name}: {room.State}, {room.Mode}"));
        if (room.Store.Length > 0)
            output.WriteLine($"  ! {room.Store}");
        if (room.Opens is { } opens)
            output.WriteLine(Invariant($"  opens      {opens:yyyy-MM-dd HH:mm:ss zzz}"));
        if (room.Message is { } message)
            output.WriteLine($"  message    {message}");
        if (room.ByHand.Count > 0)
            output.WriteLine($"  by hand    {string.Join(", ", room.ByHand)}");
        output.WriteLine(Invariant($"  waiting    {room.Waiting}; who joins now waits {Wait(room)}{Held(room)}"));
        output.WriteLine(Invariant($"  inside     {room.Active} of {room.ActiveMax}"));
        output.WriteLine(Invariant($"  lets in    {Rate(room)}; of late {room.AdmittedPerSecond:0.#}/s, {room.NoShowShare * 100:0}% of the called do not come"));
        output.WriteLine(Invariant($"  the line   called up to {room.Serving}, numbers set aside up to {room.LastNumber}; epoch {room.Epoch}, {CheckCommand.Count(room.Nodes, "node")}"));
        output.WriteLine("since the start of this node:");
        output.WriteLine(Invariant($"  joined     {counts.Joined}; {counts.Called} were called, {counts.Gone} of them did not come; polls {counts.Polls}"));
        output.WriteLine(Invariant($"  admitted   {counts.Admitted}, {counts.Direct} of them at once; claims {counts.Claimed}, held {counts.ClaimsHeld}"));
        output.WriteLine(Invariant($"  requests   {counts.Passed} with a pass, {counts.Bypassed} past the room"));
        output.WriteLine(Invariant($"  sessions   {counts.Expired} expired, {counts.Released} ended by the server"));
        foreach (var (name, count) in counts.Priority)
            output.WriteLine(Invariant($"  priority   {count} of {name} came ahead of the line"));
        foreach (var (reason, count) in counts.Refused.OrderByDescending(r => r.Value))
            output.WriteLine(Invariant($"  {(reason.EndsWith("-slowed", StringComparison.Ordinal) ? "slowed " : "refused")}    {count} {reason}"));
    }

    /// <summary><c>38-52s</c>, <c>12-15m</c>, or - when it cannot be told.</summary>
    private static string Wait(RoomStatus room)
    {
        if (room.WaitLowS < 0)
            return "-";
        var (size, unit) = room.WaitHighS < 120 ? (1, "s") : room.WaitHighS < 7200 ? (60, "m") : (3600, "h");
        var (low, high) = (room.WaitLowS / size, (room.WaitHighS + size - 1) / size);
        return low == high ? $"{high}{unit}" : $"{low}-{high}{unit}";
    }

    private static string Held(RoomStatus room) => room.WaitHeldShare < 0 ? "" : Invariant($"; of the last told times {room.WaitHeldShare * 100:0}% were kept");

    private static string Rate(RoomStatus room) => room.AdmitAuto
        ? Invariant($"auto:{room.AdmitPerSecond:0.#}/s")
        : room.AdmitPerSecond > 0 ? RateText.Of(room.AdmitPerSecond) : "-";

    private static string Colour(string state) => state switch
    {
        "open" => "green",
        "prequeue" => "aqua",
        "scheduled" => "grey",
        "draining" => "blue",
        _ => "yellow",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
