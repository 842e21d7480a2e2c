using System.Globalization;
using Naru.Cli;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Naru.Demo;

/// <summary>Draws a frame to fit the terminal: 80 by 24 shows all, more width gives longer bars, more height a longer log.</summary>
internal sealed class DemoView(DemoText text, DemoControls controls, IReadOnlyList<string> addresses, DemoRoomView room)
{
    private const int NameColumns = 17;
    private const int BarColumns = 16;

    /// <summary>Share, rate, in flight, median, and a space.</summary>
    private const int FigureColumns = 5 + 7 + 10 + 8 + 1;

    private const int StateColumns = 16;

    /// <summary>What the columns need: all of a terminal that nobody has made wider.</summary>
    private const int ColumnsMin = NameColumns + BarColumns + FigureColumns + StateColumns;

    /// <summary>Rule, the line, where to join it.</summary>
    private const int RoomRows = 3;

    /// <summary>Title, addresses, two layers (rule, three servers, a head for the first), the room, errors, the events' rule, keys.</summary>
    private const int FixedRows = 2 + 4 + 4 + 1 + RoomRows + 1 + 1 + 1;

    /// <summary>From here on there is room for an empty line above each rule.</summary>
    private const int AiryRows = 30;

    public IRenderable Draw(DemoFrame frame, int width, int height)
    {
        var isAiry = height >= AiryRows;
        List<IRenderable> rows = [Title(frame, width), Line($"[grey]{text.Try}[/]  {string.Join("   ", addresses.Select(Markup.Escape))}")];
        AddRule(LayerRule(frame.Http));
        rows.Add(Servers(frame.Http, first: 0, width, withHead: true));
        AddRule(LayerRule(frame.Tcp));
        rows.Add(Servers(frame.Tcp, first: DemoControls.ServerCount / 2, width, withHead: false));
        // The help needs more rows than a small terminal has beside the room.
        var isRoomShown = isAiry || !controls.IsHelpShown;
        if (isRoomShown)
        {
            AddRule(room.Rule(frame.Room));
            rows.Add(Line(room.Line(frame.Room, width)));
            rows.Add(Line(room.Invitation(frame.Room)));
        }
        if (isAiry)
            rows.Add(EmptyLine);
        rows.Add(Errors(frame));
        AddRule($"[grey]{(controls.IsHelpShown ? "?" : text.Events)}[/]");
        // One row less than there are: a terminal scrolls when its last is filled.
        var left = Math.Max(1, height - 1 - FixedRows - (isAiry ? 5 : 0) + (isRoomShown ? 0 : RoomRows));
        rows.AddRange(controls.IsHelpShown ? Help(left) : Events(frame, left));
        rows.Add(Keys(width));
        return new Rows(rows);

        void AddRule(string title)
        {
            if (isAiry)
                rows.Add(EmptyLine);
            rows.Add(new Rule(title).LeftJustified().RuleStyle("grey35"));
        }
    }

    private static Text EmptyLine => new(" ");

    private static OneLine Line(string markup) => new(new Markup(markup));

    private static string Milliseconds(double? value)
        => value is { } ms ? ms.ToString(ms < 100 ? "0.0 'ms'" : "0 'ms'", CultureInfo.InvariantCulture) : "-";

    private static string Clock(TimeSpan time) => $"{(int)time.TotalMinutes}:{time.Seconds:00}";

    private static string Bar(double share, int columns, string colour)
    {
        // Eighths of a column, so that a small change is seen.
        var eighths = (int)Math.Round(Math.Clamp(share, 0, 1) * columns * 8);
        var partial = eighths % 8 == 0 ? "" : ((char)('█' + (8 - eighths % 8))).ToString();
        var full = new string('█', eighths / 8) + partial;
        return $"[{colour}]{full}[/][grey23]{new string('·', columns - full.Length)}[/]";
    }

    private Grid Title(DemoFrame frame, int width)
    {
        var load = controls.IsPaused ? $"[yellow]{text.Paused}[/]" : text.Load(controls.HttpRate, controls.TcpRate);
        var grid = new Grid { Width = width }.AddColumn(new GridColumn().NoWrap().PadLeft(0)).AddColumn(new GridColumn().NoWrap().RightAligned().PadRight(0));
        return grid.AddRow(new Markup($"[bold aqua]{text.Title}[/]"), new Markup($"{load}   [grey]{Clock(frame.Elapsed)}[/]"));
    }

    private string LayerRule(DemoLayer layer)
    {
        var failed = layer.Failed == 0 ? $"[grey]{text.Failed("0")}[/]" : $"[red]{text.Failed(StatusTable.Short(layer.Failed))}[/]";
        var failOpen = layer.FailOpen ? $"  [black on yellow] {text.FailOpen} [/]" : "";
        return $"[bold]{layer.Name}[/] [grey]{layer.Protocol}, {layer.Balance}[/]  {StatusTable.Short(layer.Rate)}/s  "
            + $"p50 {Milliseconds(layer.MedianMs)}  {failed}{failOpen}";
    }

    private Table Servers(DemoLayer layer, int first, int width, bool withHead)
    {
        var spare = Math.Max(0, width - ColumnsMin);
        var barColumns = BarColumns + spare / 2;
        var table = new Table { ShowHeaders = withHead }.NoBorder().AddColumns(
            Column(text.Server, NameColumns),
            Column(text.Share, barColumns),
            Column("", 5).RightAligned(),
            Column(text.Rate, 7).RightAligned(),
            Column(text.InFlight, 10).RightAligned(),
            Column("p50", 8).RightAligned(),
            Column("", 1),
            Column(text.State, StateColumns + spare - spare / 2));
        for (var i = 0; i < layer.Rows.Count; i++)
            table.AddRow(Cells(layer.Rows[i], first + i, barColumns));
        return table;
    }

    private IRenderable[] Cells(DemoRow row, int index, int barColumns)
    {
        var colour = StatusTable.Colour(row.State);
        var isSelected = index == controls.Selected;
        var marker = isSelected ? "[aqua]▶[/]" : " ";
        var name = isSelected ? $"[bold]{index + 1} {row.Name}[/]" : $"{index + 1} {row.Name}";
        var condition = row.Condition == DemoCondition.Well ? "" : $" [red]{text.ConditionName(row.Condition)}[/]";
        var reason = row.Reason.Length == 0 ? "" : $" [grey]{Markup.Escape(row.Reason)}[/]";
        return
        [
            Line($"{marker}{name}{condition}"),
            new Markup(Bar(row.Share, barColumns, colour)),
            new Markup(row.Share.ToString("0%", CultureInfo.InvariantCulture)),
            new Markup(StatusTable.Short(row.Rate)),
            new Markup(StatusTable.Short(row.InFlight)),
            new Markup(Milliseconds(row.MedianMs)),
            new Markup(""),
            Line($"[{colour}]{text.StateName(row.State)}[/]{reason}"),
        ];
    }

    /// <summary>With more air between them where the terminal has it, and without the words that are guessed where it has not.</summary>
    private OneLine Keys(int width)
    {
        var keys = text.Keys;
        var air = Fits("  ") ? "  " : " ";
        if (!Fits(air))
            keys = [.. keys.Select(k => k.Key is "1-6" or "?" or "q" ? (k.Key, "") : k)];
        return Line(string.Join(air, keys.Select(k => $"[bold]{Markup.Escape(k.Key)}[/] [grey]{k.Does}[/]".Replace(" [grey][/]", "", StringComparison.Ordinal))));

        bool Fits(string between) => string.Join(between, keys.Select(k => $"{k.Key} {k.Does}")).GetCellWidth() <= width;
    }

    private OneLine Errors(DemoFrame frame)
    {
        var list = frame.Errors.Count == 0
            ? $"[grey]{text.NoErrors}[/]"
            : string.Join("  ", frame.Errors.Select(e => $"{e.Key} [red]{StatusTable.Short(e.Value)}[/]"));
        return Line($"[grey]{text.Errors}[/]  {list}");
    }

    private static IEnumerable<IRenderable> Events(DemoFrame frame, int rows)
    {
        var shown = frame.Events.Skip(Math.Max(0, frame.Events.Count - rows)).ToList();
        foreach (var e in shown)
            yield return Line($"[grey]{Clock(e.At),5}[/]  [{e.Colour}]{Markup.Escape(e.Text)}[/]");
        for (var i = shown.Count; i < rows; i++)
            yield return EmptyLine;
    }

    private IEnumerable<IRenderable> Help(int rows)
    {
        for (var i = 0; i < rows; i++)
            yield return i < text.Help.Length ? Line(Markup.Escape(text.Help[i])) : EmptyLine;
    }

    private static TableColumn Column(string name, int columns)
        => new TableColumn($"[grey]{name}[/]").Width(columns).NoWrap().PadLeft(0).PadRight(0);
}
