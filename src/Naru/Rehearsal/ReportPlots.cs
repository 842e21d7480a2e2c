using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Rehearsal;

/// <summary>Which pictures the report has, and what is in them. Time counts from the opening.</summary>
internal static class ReportPlots
{
    /// <summary>More points than a picture has room for are put together: each then shows the largest of its seconds.</summary>
    private const int PointsMax = 360;

    public static IReadOnlyList<Plot> Of(RehearsalResult result)
    {
        var seconds = result.Seconds;
        var step = (seconds.Count + PointsMax - 1) / PointsMax;
        var each = step == 1 ? "" : $" Each point is the largest of {step} seconds.";
        var opensS = result.Plan.Opens.TotalSeconds;
        var frame = new Plot
        {
            Id = "",
            Title = "",
            Caption = "",
            Unit = "",
            TimeUnit = opensS > 0 ? "time since the opening, min:s" : "time, min:s",
            FromS = -opensS,
            ToS = seconds.Count - opensS,
            Series = [],
            Marks = [.. Marks(result.Plan)],
        };
        return
        [
            frame with
            {
                Id = "joins",
                Title = "Coming and joining",
                Caption = $"Who comes gets a number at once, unless the store is away. Bots that delete their cookie join again and again.{each}",
                Unit = "visitors a second",
                Series =
                [
                    Line("numbers given", "a", PlotStyle.Area, s => s.Joined),
                    Line("first visits", "b", PlotStyle.Line, s => s.Arrived),
                    Line("told to come again", "c", PlotStyle.Line, s => s.Refused),
                ],
            },
            frame with
            {
                Id = "waiting",
                Title = "The line",
                Caption = $"All who hold a number and still want to get in, and of these who has been called and has not claimed yet.{each}",
                Unit = "visitors",
                Series = [Line("waiting", "a", PlotStyle.Area, s => s.Waiting), Line("called, not yet in", "b", PlotStyle.Line, s => s.Called)],
            },
            frame with
            {
                Id = "admissions",
                Title = "Admissions against the rate",
                Caption = $"While people wait, the line should lie on the bound, or the active sessions on theirs.{each}",
                Unit = "admissions a second",
                Series = [Line("rate", "bound", PlotStyle.Bound, s => s.Rate), Line("admitted", "a", PlotStyle.Line, s => s.Admitted)],
            },
            frame with
            {
                Id = "active",
                Title = "Active sessions against the limit",
                Caption = $"Passes that are valid, as the crowd itself counts them.{each}",
                Unit = "sessions",
                Series = [Line("limit", "bound", PlotStyle.Bound, s => s.ActiveLimit), Line("active", "a", PlotStyle.Area, s => s.Active)],
            },
            frame with
            {
                Id = "excess",
                Title = "Largest excess over all windows",
                Caption = $"Admissions beyond rate \u00d7 t in the worst window of any length that ends there; at most 0.1 s of rate.{each}",
                Unit = "admissions",
                Series = [Line("bound", "bound", PlotStyle.Bound, s => s.ExcessBound), Line("largest excess", "a", PlotStyle.Line, s => s.Excess)],
            },
            frame with
            {
                Id = "wait",
                Title = "How long people waited, by when they came",
                Caption = "From the number to the admission, of people who kept to the rules and got in. Those drawn by lot differ most.",
                Unit = "minutes",
                Series =
                [
                    new("99 of 100 within", PlotStyle.Line, "c", [.. result.WaitByArrival.Select(w => Minutes(w, w.P99Ms))]),
                    new("9 of 10 within", PlotStyle.Line, "b", [.. result.WaitByArrival.Select(w => Minutes(w, w.P90Ms))]),
                    new("half within", PlotStyle.Line, "a", [.. result.WaitByArrival.Select(w => Minutes(w, w.P50Ms))]),
                ],
            },
            frame with
            {
                Id = "idle",
                Title = "Capacity that was left idle while people waited",
                Caption = $"How much of the rate and of the sessions was not used. Either limit alone holds people back, so what was idle is the smaller of the two.{each}",
                Unit = "per cent",
                Series = [Line("rate not used", "c", PlotStyle.Line, s => 100 * s.RateIdle), Line("sessions not used", "b", PlotStyle.Line, s => 100 * s.SessionsIdle), Line("idle", "a", PlotStyle.Area, s => 100 * s.Idle)],
            },
            frame with
            {
                Id = "polls",
                Title = "Load on the nodes",
                Caption = $"Polls and claims of all visitors together; a poll costs no call to the store.{each}",
                Unit = "requests a second",
                Series = [Line("polls", "a", PlotStyle.Area, s => s.Polled), Line("claims held back", "b", PlotStyle.Line, s => s.Held)],
            },
        ];

        PlotSeries Line(string name, string colour, PlotStyle style, Func<RehearsalSecond, double?> value)
            => new(name, style, colour, [.. seconds.Chunk(step).Select(chunk => chunk.Max(value))]);
    }

    private static double? Minutes(WaitFigures wait, long ms) => wait.Count == 0 ? null : ms / 60_000.0;

    private static IEnumerable<PlotMark> Marks(CrowdPlan plan)
    {
        if (plan.Opens > TimeSpan.Zero)
            yield return new("opens", 0, 0);
        foreach (var e in plan.Events.OrderBy(e => e.At))
        {
            var from = (e.At - plan.Opens).TotalSeconds;
            var lasts = e.Kind is not (CrowdEventKind.Admit or CrowdEventKind.Active or CrowdEventKind.StoreRestart);
            yield return new(Label(e), from, lasts ? from + e.For.TotalSeconds : from);
        }
    }

    private static string Label(CrowdEvent e) => e.Kind switch
    {
        CrowdEventKind.StoreDown => "store down",
        CrowdEventKind.StoreSlow => "store slow",
        CrowdEventKind.StoreRestart => "store restarts",
        CrowdEventKind.NodeRestart => e.Node == 0 ? "all nodes restart" : $"node {e.Node} restarts",
        CrowdEventKind.Pause => "paused",
        CrowdEventKind.Admit => $"{e.Value}/s",
        CrowdEventKind.Active => $"limit {e.Value}",
        _ => e.Kind.ToString(),
    };
}
