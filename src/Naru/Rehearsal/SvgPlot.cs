using System.Globalization;
using System.Net;
using System.Text;

namespace Naru.Rehearsal;

/// <summary>
/// Draws a <see cref="Plot"/> as one SVG element without script. Colours and type come from the page's style sheet, so that
/// the picture follows the reader's light or dark mode.
/// </summary>
internal static class SvgPlot
{
    private const int Width = 760;
    private const int Height = 264;
    private const int Left = 62;
    private const int Right = 20;
    private const int Top = 42;
    private const int Bottom = 38;
    private const double PlotWidth = Width - Left - Right;
    private const double PlotHeight = Height - Top - Bottom;

    public static void Write(StringBuilder html, Plot plot)
    {
        var largest = plot.Series.SelectMany(s => s.Values).Max() ?? 0;
        var marks = PlotScale.Values(largest);
        var top = marks[^1];
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-labelledby=\"{plot.Id}-t {plot.Id}-d\">");
        html.Append(CultureInfo.InvariantCulture, $"<title id=\"{plot.Id}-t\">{Text(plot.Title)}</title><desc id=\"{plot.Id}-d\">{Text(plot.Caption)} The table below has the figures.</desc>\n");
        WriteMarkBands(html, plot);
        WriteAxes(html, plot, marks, top);
        foreach (var series in plot.Series)
            WriteSeries(html, series, top);
        WriteMarkLabels(html, plot);
        html.Append("</svg>\n");
    }

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void WriteAxes(StringBuilder html, Plot plot, double[] marks, double top)
    {
        html.Append("<g class=\"axis\">");
        foreach (var mark in marks)
        {
            var y = Y(mark, top);
            html.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y:0.#}H{Width - Right}\"/><text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{PlotScale.Short(mark)}</text>");
        }
        foreach (var time in PlotScale.Times(plot.FromS, plot.ToS))
        {
            var x = X(plot, time);
            html.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x:0.#} {Height - Bottom}v5\"/><text x=\"{x:0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{PlotScale.Clock(time)}</text>");
        }
        html.Append(CultureInfo.InvariantCulture, $"<path class=\"base\" d=\"M{Left} {Height - Bottom}H{Width - Right}\"/>");
        html.Append(CultureInfo.InvariantCulture, $"<text class=\"unit\" x=\"{Left - 8}\" y=\"12\" text-anchor=\"start\" dx=\"-46\">{Text(plot.Unit)}</text>");
        html.Append(CultureInfo.InvariantCulture, $"<text class=\"unit\" x=\"{Width - Right}\" y=\"{Height - 4}\" text-anchor=\"end\">{Text(plot.TimeUnit)}</text></g>\n");
    }

    private static void WriteMarkBands(StringBuilder html, Plot plot)
    {
        foreach (var mark in plot.Marks)
        {
            var (from, to) = (X(plot, Math.Max(mark.FromS, plot.FromS)), X(plot, Math.Min(mark.ToS, plot.ToS)));
            if (to - from >= 1)
                html.Append(CultureInfo.InvariantCulture, $"<rect class=\"band\" x=\"{from:0.#}\" y=\"{Top}\" width=\"{to - from:0.#}\" height=\"{PlotHeight:0.#}\"/>");
            else
                html.Append(CultureInfo.InvariantCulture, $"<path class=\"moment\" d=\"M{from:0.#} {Top}v{PlotHeight:0.#}\"/>");
        }
    }

    /// <summary>In the row above the picture, or in the one above that: wherever a label does not run into the last one.</summary>
    private static void WriteMarkLabels(StringBuilder html, Plot plot)
    {
        const double characterWidth = 5.9;
        double[] free = [Left, Left + 110];
        foreach (var mark in plot.Marks.OrderBy(m => m.FromS))
        {
            var width = mark.Label.Length * characterWidth;
            var middle = X(plot, Math.Clamp((mark.FromS + mark.ToS) / 2, plot.FromS, plot.ToS));
            var start = Math.Min(Math.Max(middle - width / 2, Left), Width - Right - width);
            var row = Array.FindIndex(free, f => start >= f);
            if (row < 0)
                continue;
            html.Append(CultureInfo.InvariantCulture, $"<text class=\"mark\" x=\"{start:0.#}\" y=\"{Top - 6 - row * 15}\">{Text(mark.Label)}</text>");
            free[row] = start + width + 8;
        }
        html.Append('\n');
    }

    private static void WriteSeries(StringBuilder html, PlotSeries series, double top)
    {
        var path = new StringBuilder();
        var fill = new StringBuilder();
        for (var from = 0; from < series.Values.Count;)
        {
            if (series.Values[from] is null)
            {
                from++;
                continue;
            }
            var to = from;
            while (to < series.Values.Count && series.Values[to] is not null)
                to++;
            var start = path.Length;
            AppendPiece(path, series, from, to, top);
            var step = PlotWidth / Math.Max(1, series.Values.Count - 1);
            if (series.Style == PlotStyle.Area)
                fill.Append(path, start, path.Length - start).Append(CultureInfo.InvariantCulture, $"V{Height - Bottom}H{Left + from * step:0.#}Z");
            from = to;
        }
        // The area has no outline but its top, so that its sides are not taken for figures.
        if (series.Style == PlotStyle.Area)
            html.Append(CultureInfo.InvariantCulture, $"<path class=\"area {series.Colour}\" d=\"{fill}\"/>");
        html.Append(CultureInfo.InvariantCulture, $"<path class=\"{(series.Style == PlotStyle.Bound ? "limit" : "line")} {series.Colour}\" d=\"{path}\"/>\n");
    }

    private static void AppendPiece(StringBuilder path, PlotSeries series, int from, int to, double top)
    {
        var step = PlotWidth / Math.Max(1, series.Values.Count - 1);
        for (var i = from; i < to; i++)
        {
            var (x, y) = (Left + i * step, Y(series.Values[i]!.Value, top));
            if (i > from && series.Style == PlotStyle.Bound)
                path.Append(CultureInfo.InvariantCulture, $"H{x:0.#}");
            // A run of equal values is one stroke.
            if (i > from && i + 1 < to && series.Values[i] == series.Values[i - 1] && series.Values[i] == series.Values[i + 1])
                continue;
            path.Append(CultureInfo.InvariantCulture, $"{(i == from ? 'M' : 'L')}{x:0.#} {y:0.#}");
        }
    }

    private static double X(Plot plot, double seconds) => Left + (seconds - plot.FromS) / (plot.ToS - plot.FromS) * PlotWidth;

    private static double Y(double value, double top) => Top + PlotHeight * (1 - value / top);
}
