using System.Globalization;
using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Rehearsal;

/// <summary>The words and figures of a rehearsal, for the terminal and for the head of the report.</summary>
internal static class RehearsalText
{
    /// <summary>What was played, in one sentence.</summary>
    public static string Describe(RehearsalResult result)
    {
        var (plan, room) = (result.Plan, result.Plan.Room);
        return string.Create(CultureInfo.InvariantCulture,
            $"{PlotScale.Number(result.Visitors)} visitors in {Minutes(plan.Lasts)}, {PlotScale.Number(room.AdmitPerSecond)} {(room.AdmitPerSecond == 1 ? "admission" : "admissions")} a second, {PlotScale.Number(room.Active)} active, {plan.Nodes.Count} {(plan.Nodes.Count == 1 ? "node" : "nodes")}, seed {result.Seed}");
    }

    /// <summary>The figures that tell most.</summary>
    public static IEnumerable<(string Value, string Label)> Tiles(RehearsalResult result)
    {
        var totals = result.Totals;
        yield return (PlotScale.Number(totals.Admitted), $"admitted, {PlotScale.Number(totals.Direct)} of them with no wait");
        yield return (Time(result.Wait.P50Ms), $"median wait; {Time(result.Wait.P99Ms)} for 99 of 100");
        yield return (PlotScale.Number(result.Seconds.Max(s => s.Waiting)), $"in line at most, {PlotScale.Number(totals.Waiting)} at the end");
        yield return (PlotScale.Number(totals.ActiveMax), $"active at most, of {PlotScale.Number(result.Seconds.Max(s => s.ActiveLimit))}");
        yield return ($"{PlotScale.Number(totals.LargestExcess)}", $"largest excess, of {PlotScale.Number(totals.LargestExcessBound)}");
        yield return ($"{result.Inversions.LargestMs} ms", $"largest inversion, {PlotScale.Number(result.Inversions.Count)} in all");
        yield return (Share(EtaShare(result)), "of the turns came in the time told");
        yield return (Share(totals.IdleShare), "of the capacity idle while people waited");
    }

    /// <summary>The summary on the terminal.</summary>
    public static void Write(RehearsalResult result, TextWriter output)
    {
        var totals = result.Totals;
        output.WriteLine($"{result.Plan.Room.Name}: {Describe(result)}");
        output.WriteLine();
        Row("joined", $"{PlotScale.Number(totals.Joined)} numbers, {PlotScale.Number(totals.Refused)} told to come again; {PlotScale.Number(result.Seconds.Max(s => s.Joined))}/s at most");
        Row("waiting", $"{PlotScale.Number(result.Seconds.Max(s => s.Waiting))} at most, {PlotScale.Number(totals.Waiting)} at the end; {PlotScale.Number(totals.Left)} left");
        Row("admitted", $"{PlotScale.Number(totals.Admitted)}, {PlotScale.Number(totals.Direct)} of them with no wait; {PlotScale.Number(totals.Held)} claims held back");
        Row("active", $"{PlotScale.Number(totals.ActiveMax)} at most");
        Row("wait", $"{Time(result.Wait.P50Ms)} median, {Time(result.Wait.P90Ms)} for 9 of 10, {Time(result.Wait.P99Ms)} for 99 of 100, {Time(result.Wait.MaxMs)} at most");
        Row("turn to entry", $"{Time(result.TurnToAdmission.P50Ms)} median, {Time(result.TurnToAdmission.P90Ms)} for 9 of 10, {Time(result.TurnToAdmission.P99Ms)} for 99 of 100");
        Row("inversions", $"{PlotScale.Number(result.Inversions.Count)}, median {result.Inversions.MedianMs} ms, {result.Inversions.LargestMs} ms at most");
        Row("idle capacity", $"{Share(totals.IdleShare)} while people waited");
        Row("polls", $"{PlotScale.Number(totals.Polled)}, {PlotScale.Number(totals.PollsPerSecondMax)}/s at most");
        Row("time told", $"{Share(EtaShare(result))} inside the band (aim: 80%)");
        foreach (var eta in result.Eta.Where(e => e.Count > 0))
            Row("", $"{Horizon(eta),-14} {Share(eta.Share),4} of {PlotScale.Number(eta.Count)}, {Share((double)eta.Sooner / eta.Count)} sooner, {Share((double)eta.Later / eta.Count)} later, median error {Signed(eta.MedianErrorS)} s, band {Width(eta)} of its middle");
        output.WriteLine();
        foreach (var i in result.Invariants)
            output.WriteLine(i.Holds ? $"  holds   {i.Name}: {i.Seen} (bound {i.Bound})" : $"  BROKEN  {i.Name}: {i.Seen} (bound {i.Bound}): {i.Broken}");

        void Row(string name, string value) => output.WriteLine($"  {name,-14}{value}");
    }

    public static string Horizon(EtaFigures eta) => eta.ToS is { } to ? $"{PlotScale.Clock(eta.FromS)} to {PlotScale.Clock(to)}" : $"over {PlotScale.Clock(eta.FromS)}";

    /// <summary>Of the band, for <c>of its middle</c>.</summary>
    public static string Width(EtaFigures eta) => $"\u00b1{Share(eta.MedianWidth / 2)}";

    public static string Signed(double value) => value.ToString("+0.0;\u22120.0;0", CultureInfo.InvariantCulture);

    /// <summary><c>350 ms</c>, <c>12.5 s</c>, <c>3:20</c>.</summary>
    public static string Time(long ms) => ms switch
    {
        < 1_000 => $"{ms} ms",
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{ms / 1000.0:0.0} s"),
        _ => PlotScale.Clock(ms / 1000.0),
    };

    private static double EtaShare(RehearsalResult result)
    {
        var count = result.Eta.Sum(e => e.Count);
        return count == 0 ? 1 : (double)result.Eta.Sum(e => e.Inside) / count;
    }

    private static string Share(double share) => (share * 100).ToString(share is > 0 and < 0.1 ? "0.0'%'" : "0'%'", CultureInfo.InvariantCulture);

    private static string Minutes(TimeSpan time) => time.TotalSeconds < 60 ? $"{time.TotalSeconds:0} s" : $"{PlotScale.Clock(time.TotalSeconds)} min";
}
