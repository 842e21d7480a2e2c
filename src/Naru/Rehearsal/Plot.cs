namespace Naru.Rehearsal;

/// <summary>What one picture of the report shows. Values stand at even distances from <see cref="FromS"/> to <see cref="ToS"/>.</summary>
internal sealed record Plot
{
    /// <summary>Unique in the page, a word of letters.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>What to look for, a sentence or two.</summary>
    public required string Caption { get; init; }

    /// <summary>Of the values: what the upright axis counts.</summary>
    public required string Unit { get; init; }

    /// <summary>Of the axis along the bottom.</summary>
    public required string TimeUnit { get; init; }

    public required double FromS { get; init; }

    public required double ToS { get; init; }

    public required IReadOnlyList<PlotSeries> Series { get; init; }

    public IReadOnlyList<PlotMark> Marks { get; init; } = [];
}

/// <param name="Colour">The class that colours it: <c>a</c> to <c>d</c>, or <c>bound</c>.</param>
/// <param name="Values">Null where there is none: the line is broken there.</param>
internal sealed record PlotSeries(string Name, PlotStyle Style, string Colour, IReadOnlyList<double?> Values);

internal enum PlotStyle
{
    Line,
    Area,

    /// <summary>A limit: dashed, and stepping from value to value.</summary>
    Bound,
}

/// <summary>Something that happened: a line at a moment, or a band when it lasted.</summary>
internal sealed record PlotMark(string Label, double FromS, double ToS);
