namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// Compares the time that visitors were told with the time that it took. Only some visitors are followed: enough for the
/// picture, and few enough for a million.
/// </summary>
internal sealed class EtaMeter
{
    /// <summary>Upper ends of the horizons, in seconds of the time that it took; the last has none.</summary>
    private static readonly int[] HorizonEndsS = [10, 30, 60, 120, 300, 900, int.MaxValue];

    private readonly Dictionary<int, List<Told>> _told = [];
    private readonly int[] _inside = new int[HorizonEndsS.Length];
    private readonly int[] _sooner = new int[HorizonEndsS.Length];
    private readonly int[] _later = new int[HorizonEndsS.Length];
    private readonly List<double>[] _errors = [.. HorizonEndsS.Select(_ => new List<double>())];
    private readonly List<double>[] _widths = [.. HorizonEndsS.Select(_ => new List<double>())];

    /// <summary>A visitor was told a band.</summary>
    public void Tell(int visitor, long nowMs, long lowS, long highS)
    {
        if (!_told.TryGetValue(visitor, out var list))
            _told[visitor] = list = [];
        list.Add(new(nowMs, lowS, highS));
    }

    /// <summary>The turn of a visitor came at that time. A band is in whole seconds, so a second more belongs to it.</summary>
    public void Call(int visitor, long calledMs)
    {
        if (!_told.Remove(visitor, out var list))
            return;
        foreach (var told in list)
        {
            var tookS = Math.Max(0, calledMs - told.AtMs) / 1000.0;
            var horizon = Array.FindIndex(HorizonEndsS, end => tookS < end);
            if (tookS < told.LowS)
                _sooner[horizon]++;
            else if (tookS < told.HighS + 1)
                _inside[horizon]++;
            else
                _later[horizon]++;
            _errors[horizon].Add((told.LowS + told.HighS) / 2.0 - tookS);
            _widths[horizon].Add(told.HighS - told.LowS);
        }
    }

    /// <summary>The visitor left before the turn came: nobody knows what would have been.</summary>
    public void Forget(int visitor) => _told.Remove(visitor);

    public IReadOnlyList<EtaFigures> Measure() =>
        [.. HorizonEndsS.Select((end, i) => new EtaFigures(
            i == 0 ? 0 : HorizonEndsS[i - 1], end == int.MaxValue ? null : end, _inside[i], _sooner[i], _later[i], Median(_errors[i]), Median(_widths[i])))];

    private static double Median(List<double> values)
    {
        if (values.Count == 0)
            return 0;
        values.Sort();
        return values[values.Count / 2];
    }

    private readonly record struct Told(long AtMs, long LowS, long HighS);
}

/// <summary>How good the told times were, of those told so many seconds before the turn came.</summary>
/// <param name="ToS">Null: without end.</param>
/// <param name="Sooner">Turns that came before the band.</param>
/// <param name="Later">Turns that came after it.</param>
/// <param name="MedianErrorS">Middle of the band less the time it took: above zero, the visitor was told too much.</param>
/// <param name="MedianWidthS">Of the band, from its lower to its upper end: a wide one is easily kept to and says little.</param>
public sealed record EtaFigures(int FromS, int? ToS, int Inside, int Sooner, int Later, double MedianErrorS, double MedianWidthS)
{
    public int Count => Inside + Sooner + Later;

    public double Share => Count == 0 ? 0 : (double)Inside / Count;
}
