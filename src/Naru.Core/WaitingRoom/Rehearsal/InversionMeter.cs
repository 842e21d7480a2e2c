namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// Finds visitors who stand before somebody that came earlier. A draw has no order inside: its numbers count as one place.
/// Positions are walked from the back; whoever came later than the earliest of those behind them has overtaken that one.
/// </summary>
internal static class InversionMeter
{
    /// <param name="joinedMs">When a position was given out, by position; <see cref="long.MaxValue"/>: it was not.</param>
    /// <param name="groupOf">Start of the draw that a position belongs to, or the position itself.</param>
    public static InversionFigures Measure(ReadOnlySpan<long> joinedMs, Func<int, int> groupOf)
    {
        long earliestBehindMs = long.MaxValue;
        var count = 0;
        long largestMs = 0;
        var (worst, overtaken, earliestBehind) = (-1, -1, -1);
        List<long> gapsMs = [];
        for (var end = joinedMs.Length; end > 0;)
        {
            var start = groupOf(end - 1);
            var (earliestHereMs, earliestHere) = (long.MaxValue, -1);
            for (var position = start; position < end; position++)
            {
                var at = joinedMs[position];
                if (at == long.MaxValue)
                    continue;
                if (at < earliestHereMs)
                    (earliestHereMs, earliestHere) = (at, position);
                if (at <= earliestBehindMs)
                    continue;
                count++;
                gapsMs.Add(at - earliestBehindMs);
                if (at - earliestBehindMs > largestMs)
                    (largestMs, worst, overtaken) = (at - earliestBehindMs, position, earliestBehind);
            }
            if (earliestHereMs < earliestBehindMs)
                (earliestBehindMs, earliestBehind) = (earliestHereMs, earliestHere);
            end = start;
        }
        gapsMs.Sort();
        return new(count, largestMs, gapsMs.Count == 0 ? 0 : gapsMs[gapsMs.Count / 2], worst, overtaken);
    }
}

/// <param name="Count">Visitors who stand before somebody that came earlier.</param>
/// <param name="LargestMs">By how much the earliest such one came earlier, at most.</param>
/// <param name="MedianMs">The same in the middle of those counted.</param>
/// <param name="Worst">Position of the visitor who overtook by most; -1: nobody did.</param>
/// <param name="Overtaken">And of the one who was overtaken.</param>
public sealed record InversionFigures(int Count, long LargestMs, long MedianMs, long Worst = -1, long Overtaken = -1);
