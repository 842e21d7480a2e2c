namespace Naru.Core.WaitingRoom;

/// <summary>Events a second, as a moving average over a time. Thread: its owner's.</summary>
internal sealed class EwmaRate(double seconds, double start = 0)
{
    internal double PerSecond { get; private set; } = start;

    internal void Add(double count, double elapsedSeconds)
    {
        if (elapsedSeconds <= 0)
            return;
        double keep = Math.Exp(-elapsedSeconds / seconds);
        PerSecond = PerSecond * keep + (1 - keep) * count / elapsedSeconds;
    }

    internal void Set(double perSecond) => PerSecond = perSecond;
}
