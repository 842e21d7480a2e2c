using Spectre.Console.Rendering;

namespace Naru.Demo;

/// <summary>Cuts what does not fit instead of wrapping it: every row of the view stays one row.</summary>
internal sealed class OneLine(IRenderable inner) : IRenderable
{
    private const int Unlimited = 1000;

    public Measurement Measure(RenderOptions options, int maxWidth)
    {
        var width = Math.Min(inner.Measure(options, Unlimited).Max, maxWidth);
        return new Measurement(width, width);
    }

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var segments = inner.Render(options, Unlimited).Where(s => !s.IsLineBreak).ToList();
        return Segment.CellCount(segments) <= maxWidth ? segments : Segment.Truncate(segments, maxWidth - 1).Append(new Segment("…"));
    }
}
