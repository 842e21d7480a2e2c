using System.Globalization;
using System.Text;
using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Rehearsal;

/// <summary>
/// The report as one HTML file: no script, no resource from elsewhere, nothing that differs from run to run. Below each picture
/// stand its figures as a table.
/// </summary>
internal static class HtmlReport
{
    private const int TableRowsMax = 48;

    public static string Render(RehearsalResult result)
    {
        var html = new StringBuilder();
        var room = SvgPlot.Text(result.Plan.Room.Name);
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append(CultureInfo.InvariantCulture, $"<title>Rehearsal of {room}, seed {result.Seed}</title>\n<style>\n{ReportStyle.Css}\n</style></head>\n<body><main>\n");
        WriteHead(html, result, room);
        WriteTiles(html, result);
        WriteInvariants(html, result);
        html.Append("<div class=\"plots\">\n");
        foreach (var plot in ReportPlots.Of(result))
            WriteFigure(html, plot);
        WriteEta(html, result);
        WriteWaits(html, result);
        html.Append("</div>\n");
        html.Append("<footer class=\"soft\">Made by <code>naru rehearse</code>: the code that runs a waiting room, against a crowd in virtual time. The same crowd and seed give this same file.</footer>\n</main></body></html>\n");
        return html.ToString();
    }

    private static void WriteHead(StringBuilder html, RehearsalResult result, string room)
    {
        var broken = result.Invariants.Count(i => !i.Holds);
        html.Append(CultureInfo.InvariantCulture, $"<h1>Rehearsal of the waiting room “{room}”</h1>\n<p class=\"soft\">{SvgPlot.Text(RehearsalText.Describe(result))}</p>\n");
        html.Append(broken == 0
            ? $"<p class=\"verdict good\">✓ All {result.Invariants.Count} invariants hold.</p>\n"
            : $"<p class=\"verdict bad\">✗ {broken} of {result.Invariants.Count} invariants are broken.</p>\n");
    }

    private static void WriteTiles(StringBuilder html, RehearsalResult result)
    {
        html.Append("<ul class=\"tiles\">\n");
        foreach (var (value, label) in RehearsalText.Tiles(result))
            html.Append(CultureInfo.InvariantCulture, $"<li><b>{SvgPlot.Text(value)}</b> <span class=\"soft\">{SvgPlot.Text(label)}</span></li>\n");
        html.Append("</ul>\n");
    }

    private static void WriteInvariants(StringBuilder html, RehearsalResult result)
    {
        html.Append(CultureInfo.InvariantCulture, $"<section><details{(result.IsGood ? "" : " open")}><summary><h2>What must hold</h2></summary>\n<div class=\"scroll\"><table class=\"left\"><thead><tr><th></th><th>invariant</th><th>seen</th><th>bound</th></tr></thead><tbody>\n");
        foreach (var i in result.Invariants)
        {
            var verdict = i.Holds ? "<span class=\"good\">✓ holds</span>" : "<span class=\"bad\">✗ broken</span>";
            var how = i.Holds ? "" : $" <span class=\"bad\">{SvgPlot.Text(i.Broken!)}</span>";
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{verdict}</td><td class=\"wrap\">{SvgPlot.Text(i.Name)}{how}</td><td>{SvgPlot.Text(i.Seen)}</td><td>{SvgPlot.Text(i.Bound)}</td></tr>\n");
        }
        html.Append("</tbody></table></div></details></section>\n");
    }

    private static void WriteFigure(StringBuilder html, Plot plot)
    {
        html.Append(CultureInfo.InvariantCulture, $"<figure><h2>{SvgPlot.Text(plot.Title)}</h2>\n<ul class=\"legend\">");
        foreach (var series in plot.Series)
        {
            var swatch = series.Style switch
            {
                PlotStyle.Area => $"<path class=\"area {series.Colour}\" d=\"M0 3H26V12H0Z\"/><path class=\"line {series.Colour}\" d=\"M0 3H26\"/>",
                PlotStyle.Bound => $"<path class=\"limit {series.Colour}\" d=\"M0 6H26\"/>",
                _ => $"<path class=\"line {series.Colour}\" d=\"M0 6H26\"/>",
            };
            html.Append(CultureInfo.InvariantCulture, $"<li><svg viewBox=\"0 0 26 12\" aria-hidden=\"true\">{swatch}</svg>{SvgPlot.Text(series.Name)}</li>");
        }
        html.Append("</ul>\n");
        html.Append("<div class=\"scroll\">");
        SvgPlot.Write(html, plot);
        html.Append("</div>");
        html.Append(CultureInfo.InvariantCulture, $"<figcaption>{SvgPlot.Text(plot.Caption)}</figcaption>\n");
        WriteTable(html, plot);
        html.Append("</figure>\n");
    }

    private static void WriteTable(StringBuilder html, Plot plot)
    {
        var count = plot.Series[0].Values.Count;
        var step = (count + TableRowsMax - 1) / TableRowsMax;
        html.Append(CultureInfo.InvariantCulture, $"<details><summary>Figures</summary><div class=\"scroll\"><table><caption>{SvgPlot.Text(plot.Unit)}, the largest of each row’s time</caption><thead><tr><th scope=\"col\">from</th>");
        foreach (var series in plot.Series)
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{SvgPlot.Text(series.Name)}</th>");
        html.Append("</tr></thead><tbody>\n");
        for (var from = 0; from < count; from += step)
        {
            var at = plot.FromS + (plot.ToS - plot.FromS) * from / count;
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{PlotScale.Clock(at)}</th>");
            foreach (var series in plot.Series)
            {
                var largest = series.Values.Skip(from).Take(step).Max();
                html.Append(CultureInfo.InvariantCulture, $"<td>{(largest is { } value ? PlotScale.Number(value) : "–")}</td>");
            }
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table></div></details>\n");
    }

    private static void WriteEta(StringBuilder html, RehearsalResult result)
    {
        html.Append("<figure><h2>How true the told time was</h2>\n<ul class=\"legend\">");
        foreach (var (name, label) in new[] { ("a", "inside the band"), ("c", "sooner"), ("b", "later") })
            html.Append(CultureInfo.InvariantCulture, $"<li><svg viewBox=\"0 0 26 12\" aria-hidden=\"true\"><rect class=\"{name}\" width=\"26\" height=\"12\" style=\"fill:var(--hue)\"/></svg>{label}</li>");
        html.Append("</ul><div class=\"scroll\"><table><thead><tr><th scope=\"col\">told</th><th scope=\"col\">times</th><th scope=\"col\">inside</th><th scope=\"col\">sooner</th><th scope=\"col\">later</th><th scope=\"col\">median error</th><th scope=\"col\">band</th><th></th></tr></thead><tbody>\n");
        foreach (var eta in result.Eta.Where(e => e.Count > 0))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{RehearsalText.Horizon(eta)}</th><td>{PlotScale.Number(eta.Count)}</td><td>{eta.Share:0%}</td><td>{(double)eta.Sooner / eta.Count:0%}</td><td>{(double)eta.Later / eta.Count:0%}</td><td>{RehearsalText.Signed(eta.MedianErrorS)} s</td><td>{RehearsalText.Width(eta)}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td><span class=\"bar\" aria-hidden=\"true\"><i style=\"width:{100 * eta.Share:0.#}%\"></i><i class=\"sooner\" style=\"width:{100.0 * eta.Sooner / eta.Count:0.#}%\"></i><i class=\"later\" style=\"width:{100.0 * eta.Later / eta.Count:0.#}%\"></i></span></td></tr>\n");
        }
        html.Append("</tbody></table></div><figcaption>Each visitor is told a band of time at each poll; the aim is that 80 % of the turns come inside it. A row is of the bands whose middle was so far away. An error above zero: the middle of the band was too long; the band: half of its width, as a share of its middle (100 % says nothing but “within that time”).</figcaption></figure>\n");
    }

    private static void WriteWaits(StringBuilder html, RehearsalResult result)
    {
        html.Append("<figure><h2>Waiting times</h2>\n<div class=\"scroll\"><table><thead><tr><th></th><th scope=\"col\">visitors</th><th scope=\"col\">half</th><th scope=\"col\">9 of 10</th><th scope=\"col\">99 of 100</th><th scope=\"col\">all</th></tr></thead><tbody>\n");
        Row("from the number to the admission", result.Wait);
        Row("from the turn to the admission", result.TurnToAdmission);
        html.Append("</tbody></table></div><figcaption>Of people who kept to the rules and got in, within so many minutes and seconds.</figcaption></figure>\n");

        void Row(string name, WaitFigures wait) => html.Append(
            CultureInfo.InvariantCulture,
            $"<tr><th scope=\"row\">{name}</th><td>{PlotScale.Number(wait.Count)}</td><td>{RehearsalText.Time(wait.P50Ms)}</td><td>{RehearsalText.Time(wait.P90Ms)}</td><td>{RehearsalText.Time(wait.P99Ms)}</td><td>{RehearsalText.Time(wait.MaxMs)}</td></tr>\n");
    }
}
