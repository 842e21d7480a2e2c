using System.Globalization;
using Naru.Engine.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Naru.Cli;

/// <summary>The status for eyes: a line about the process, then a table of listeners and one of servers.</summary>
internal static class StatusTable
{
    // So long ones fit into a terminal of 80 columns beside the rest.
    private const int UnbrokenAddressMax = 24;

    public static IRenderable Of(StatusReport status) => status.Rooms.Count == 0
        ? new Rows(Header(status), Listeners(status), Servers(status))
        : new Rows(Header(status), Listeners(status), RoomText.Table(status.Rooms), Servers(status));

    /// <summary>The colour of a server's state, the same in the demo.</summary>
    public static string Colour(string state) => state switch
    {
        "up" => "green",
        "slow-start" => "aqua",
        "draining" => "blue",
        "ejected" => "yellow",
        _ => "red",
    };

    /// <summary><c>987</c>, <c>12.3k</c>, <c>4.5M</c>: three digits say enough.</summary>
    public static string Short(double count) => count switch
    {
        < 1000 => count.ToString("0", CultureInfo.InvariantCulture),
        < 1e6 => (count / 1e3).ToString("0.0k", CultureInfo.InvariantCulture),
        < 1e9 => (count / 1e6).ToString("0.0M", CultureInfo.InvariantCulture),
        _ => (count / 1e9).ToString("0.0G", CultureInfo.InvariantCulture),
    };

    internal static string Duration(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{(int)time.TotalDays}d {time.Hours}h",
        { TotalHours: >= 1 } => $"{(int)time.TotalHours}h {time.Minutes}m",
        { TotalMinutes: >= 1 } => $"{(int)time.TotalMinutes}m {time.Seconds}s",
        _ => $"{(int)time.TotalSeconds}s",
    };

    private static Markup Header(StatusReport status)
    {
        var colour = status.State == "running" ? "green" : "yellow";
        var loops = status.Loops.Count == 1 ? "1 loop" : $"{status.Loops.Count} loops";
        var text = $"[bold]naru {Markup.Escape(status.Version)}[/]  [{colour}]{Markup.Escape(status.State)}[/] "
            + $"for {Duration(TimeSpan.FromSeconds(status.UptimeSeconds))}, {loops}, {CheckCommand.Count(status.Reloads, "reload")}";
        if (status.AccessLog is { Dropped: > 0 } log)
            text += $", [yellow]{Short(log.Dropped)} access log lines dropped[/]";
        return new Markup(text);
    }

    private static Table Listeners(StatusReport status)
    {
        var binds = Addresses("bind", status.Listeners.SelectMany(l => l.Binds));
        var table = Frame("listener", "protocol").AddColumns(binds, Right("connections"), Right("requests"), Right("4xx"), Right("5xx"));
        foreach (var l in status.Listeners)
        {
            table.AddRow(
                Markup.Escape(l.Name), l.Protocol, Markup.Escape(string.Join('\n', l.Binds)), Short(l.Connections),
                Short(l.Requests), Short(StatusLines.Class(l, 4)), Alarm(StatusLines.Class(l, 5), "red"));
        }
        return table;
    }

    private static Table Servers(StatusReport status)
    {
        var servers = Addresses("pool, server", status.Pools.SelectMany(p => p.Servers).Select(s => s.Address));
        var table = Frame().AddColumns(
            servers, new TableColumn("state"), Right("weight"), Right("in flight"), Right("requests"), Right("failed"), Right("latency"));
        foreach (var pool in status.Pools)
        {
            table.AddRow($"[bold]{Markup.Escape(pool.Name)}[/]\n[grey]{pool.Balance}[/]"
                + (pool.FailOpen ? "\n[yellow]fail-open[/]" : "") + (pool.Queued > 0 ? $"\n{pool.Queued} queued" : ""));
            foreach (var s in pool.Servers)
            {
                var state = $"[{Colour(s.State)}]{s.State}[/]" + (s.Reason.Length > 0 ? $"\n[grey]{Markup.Escape(s.Reason)}[/]" : "");
                var weight = s.EffectiveWeight.ToString("0.##", CultureInfo.InvariantCulture);
                table.AddRow(
                    "  " + Markup.Escape(s.Address) + (s.Backup ? " [grey]backup[/]" : ""), state, weight, InFlight(s),
                    Short(s.Requests), Alarm(s.Failures, "yellow"), s.LatencyMs == 0 ? "-" : s.LatencyMs.ToString("0.0 ms", CultureInfo.InvariantCulture));
            }
        }
        return table;
    }

    /// <summary>Beside its limit where it has one, of the configuration or found by <c>adaptiveConcurrency</c>.</summary>
    internal static string InFlight(ServerStatus server) =>
        server.Limit == 0 ? Short(server.InFlight) : $"{Short(server.InFlight)} of {Short(server.Limit)}";

    private static string Alarm(long count, string colour) => count == 0 ? "0" : $"[{colour}]{Short(count)}[/]";

    internal static Table Frame(params string[] columns) => new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).AddColumns(columns);

    private static TableColumn Addresses(string name, IEnumerable<string> addresses)
    {
        var column = new TableColumn(name);
        return addresses.All(address => address.Length <= UnbrokenAddressMax) ? column.NoWrap() : column;
    }

    internal static TableColumn Right(string name) => new TableColumn(name).RightAligned();
}
