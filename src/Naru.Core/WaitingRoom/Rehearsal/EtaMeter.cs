namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// Compares the time that visitors were told with the time that it took. Only some visitors are followed: enough for the
/// picture, and few enough for a million.
/// </summary>
/// <param name="endMs">Of the rehearsal. A band that goes on beyond it is not judged: of those only the short waits would be seen.</param>
internal sealed class EtaMeter(long endMs = long.MaxValue)
{
    /// <summary>
    /// Upper ends of the horizons, in seconds of the middle of the told band; the last has none. By the time that it took, the same
    /// tells look worse than they are: those who waited long are by choice those who were told too little.
    /// </summary>
    private static readonly int[] HorizonEndsS = [60, 300, 1_200, int.MaxValue];

    private readonly Dictionary<int, List<Told>> _told = [];
    private readonly int[] _inside = new int[HorizonEndsS.Length];
    private readonly int[] _sooner = new int[HorizonEndsS.Length];
    private readonly int[] _later = new int[HorizonEndsS.Length];
    private readonly List<double>[] _errors = [.. HorizonEndsS.Select(_ => new List<double>())];
    private readonly List<double>[] _widths = [.. HorizonEndsS.Select(_ => new List<double>())];

    /// <summary>A visitor was told a band.</summary>
    public void Tell(int visitor, long nowMs, long lowS, long highS)
    {
        if (nowMs + highS * 1000 > endMs)
            return;
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
            var horizon = HorizonOf(told);
            if (tookS < told.LowS)
                _sooner[horizon]++;
            else if (tookS < told.HighS + 1)
                _inside[horizon]++;
            else
                _later[horizon]++;
            _errors[horizon].Add(told.MiddleS - tookS);
            _widths[horizon].Add(told.WidthShare);
        }
    }

    /// <summary>The visitor left before the turn came: nobody knows what would have been.</summary>
    public void Forget(int visitor) => _told.Remove(visitor);

    /// <summary>At the end.</summary>
    public IReadOnlyList<EtaFigures> Measure()
    {
        // Whoever still waits does so beyond each band that they were told.
        foreach (var told in _told.Values.SelectMany(list => list))
        {
            _later[HorizonOf(told)]++;
            _widths[HorizonOf(told)].Add(told.WidthShare);
        }
        _told.Clear();
        return [.. HorizonEndsS.Select((end, i) => new EtaFigures(
            i == 0 ? 0 : HorizonEndsS[i - 1], end == int.MaxValue ? null : end, _inside[i], _sooner[i], _later[i], Median(_errors[i]), Median(_widths[i])))];
    }

    private static int HorizonOf(Told told) => Array.FindIndex(HorizonEndsS, end => told.MiddleS < end);

    private static double Median(List<double> values)
    {
        if (values.Count == 0)
            return 0;
        values.Sort();
        return values[values.Count / 2];
    }

    private readonly record struct Told(long AtMs, long LowS, long HighS)
    {
        public double MiddleS => (LowS + HighS) / 2.0;

        public double WidthShare => HighS == 0 ? 0 : (HighS - LowS) / MiddleS;
    }
}

/// <summary>How good the told times were, of bands whose middle is so far away.</summary>
/// <param name="ToS">Null: without end.</param>
/// <param name="Sooner">Turns that came before the band.</param>
/// <param name="Later">Turns that came after it.</param>
/// <param name="MedianErrorS">Middle of the band less the time it took: above zero, the visitor was told too much.</param>
/// <param name="MedianWidth">From its lower to its upper end, as a share of its middle: a wide band is easily kept to and says little. At most 2.</param>
public sealed record EtaFigures(int FromS, int? ToS, int Inside, int Sooner, int Later, double MedianErrorS, double MedianWidth)
{
    public int Count => Inside + Sooner + Later;

    public double Share => Count == 0 ? 0 : (double)Inside / Count;
}
