using System.Globalization;
using System.Text;
using Naru.Bench.Proxies;

namespace Naru.Bench.Report;

/// <summary>One panel of the chart: how CPU per request moves while one size grows by powers of ten.</summary>
internal sealed record GrowthPanel(string Title, IReadOnlyList<GrowthLine> Lines);

internal sealed record GrowthLine(string Name, IReadOnlyList<(int Size, double Microseconds)> Points);

/// <summary>Draws panels side by side as SVG: size on a logarithmic axis, microseconds from zero upward.</summary>
internal static class GrowthChart
{
    private const int PanelWidth = 300;
    private const int Height = 290;
    private const int Left = 48;
    private const int Top = 48;
    private const int PlotWidth = 220;
    private const int PlotHeight = 180;

    public static string Draw(IReadOnlyList<GrowthPanel> panels)
    {
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PanelWidth * panels.Count} {Height}" font-family="system-ui, sans-serif" font-size="12">
            <title>CPU per request while connections, servers and routes grow</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            """);
        for (var i = 0; i < panels.Count; i++)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"<g transform=\"translate({i * PanelWidth},0)\">");
            DrawPanel(svg, panels[i]);
            svg.AppendLine("</g>");
        }
        return svg.AppendLine("</svg>").ToString();
    }

    private static void DrawPanel(StringBuilder svg, GrowthPanel panel)
    {
        var points = panel.Lines.SelectMany(l => l.Points).ToArray();
        var (smallest, largest) = (points.Min(p => p.Size), points.Max(p => p.Size));
        var top = NiceTop(points.Max(p => p.Microseconds));
        double X(int size) => Left + (PlotWidth * Math.Log10((double)size / smallest) / Math.Max(1, Math.Log10((double)largest / smallest)));
        double Y(double us) => Top + (PlotHeight * (1 - (us / top)));

        Text(svg, Left, 26, panel.Title, "start", "#212529", "font-weight=\"600\"");
        for (var i = 0; i <= 4; i++)
        {
            var y = Y(top * i / 4);
            svg.AppendLine(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{Left + PlotWidth}\" y2=\"{y:0.#}\" stroke=\"#dee2e6\"/>");
            Text(svg, Left - 8, y + 4, (top * i / 4).ToString("0.#", CultureInfo.InvariantCulture), "end", "#495057");
        }
        for (var size = smallest; size <= largest; size *= 10)
        {
            Text(svg, X(size), Top + PlotHeight + 18, size.ToString("N0", CultureInfo.InvariantCulture), "middle", "#495057");
        }
        Text(svg, Left - 8, Top - 8, "µs", "end", "#495057");

        for (var i = 0; i < panel.Lines.Count; i++)
        {
            var line = panel.Lines[i];
            var color = Color(line.Name);
            var path = string.Join(' ', line.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.Size):0.#},{Y(p.Microseconds):0.#}")));
            svg.AppendLine($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>");
            foreach (var (size, us) in line.Points)
            {
                svg.AppendLine(CultureInfo.InvariantCulture, $"<circle cx=\"{X(size):0.#}\" cy=\"{Y(us):0.#}\" r=\"3\" fill=\"{color}\"/>");
            }
            var legendX = Left + (i * 84);
            svg.AppendLine(CultureInfo.InvariantCulture, $"<line x1=\"{legendX}\" y1=\"{Height - 20}\" x2=\"{legendX + 18}\" y2=\"{Height - 20}\" stroke=\"{color}\" stroke-width=\"2\"/>");
            Text(svg, legendX + 24, Height - 16, line.Name, "start", "#212529");
        }
    }

    private static string Color(string proxy) => proxy switch
    {
        Proxy.Naru => "#0b7285",
        Proxy.Haproxy => "#868e96",
        _ => "#e8590c",
    };

    private static void Text(StringBuilder svg, double x, double y, string text, string anchor, string color, string more = "") =>
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" fill=\"{color}\" {more}>{text}</text>");

    /// <summary>The next of 1, 2, 4, 8 times a power of ten that leaves some room above.</summary>
    private static double NiceTop(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return ((double[])[1, 2, 4, 8, 10, 20]).Select(f => f * power).First(t => t >= value * 1.1);
    }
}
