namespace Naru.Core.Health;

/// <summary>Which servers answer markedly worse than their pool (Envoy's success-rate outlier detection).</summary>
public static class SuccessRate
{
    /// <summary>Rates are compared over windows of this length.</summary>
    public const long WindowMs = 10_000;

    /// <summary>Requests in a window that make the rate of a server count.</summary>
    public const long MinVolume = 100;

    /// <summary>Servers with volume that a comparison needs; among fewer none can be 1.9 sigma away.</summary>
    public const int MinServers = 5;

    public const double Sigmas = 1.9;

    /// <summary>Where all rates are nearly equal sigma is noise: an outlier is also this much below the mean.</summary>
    public const double MinGap = 0.01;

    /// <summary>Rates below this are outliers; below zero: none is.</summary>
    public static double Threshold(ReadOnlySpan<double> rates)
    {
        if (rates.Length < MinServers)
            return -1;
        double sum = 0;
        foreach (double rate in rates)
            sum += rate;
        double mean = sum / rates.Length;
        double squares = 0;
        foreach (double rate in rates)
            squares += (rate - mean) * (rate - mean);
        return mean - Math.Max(MinGap, Sigmas * Math.Sqrt(squares / rates.Length));
    }
}
