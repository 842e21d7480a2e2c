namespace Naru.Core.WaitingRoom;

/// <summary>
/// How long sessions last, by their age: of those that are so old, how many end in a second. Sessions that still go on count as
/// well, so the first minutes of a room do not look as if everybody left soon. Owner: the authority. Thread: its.
/// </summary>
internal sealed class SessionAges
{
    /// <summary>Upper ends of the classes of age; the last has none.</summary>
    internal static readonly int[] EndsS = [5, 10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 600, 900, 1_800, 3_600, int.MaxValue];

    /// <summary>What was seen fades out: the visitors of the evening are not those of the morning.</summary>
    private const double MemorySeconds = 900;

    /// <summary>A class says what it has seen once its sessions add up to some times this.</summary>
    private const double PriorSeconds = 100;

    private readonly double[] _livedS = new double[EndsS.Length];
    private readonly double[] _ended = new double[EndsS.Length];
    private readonly int[] _counting = new int[EndsS.Length];

    /// <summary>Sessions of each class, at the last count.</summary>
    internal int[] Counts { get; } = new int[EndsS.Length];

    /// <summary>Ends a second and session of a class.</summary>
    /// <param name="expected">As long as nothing was seen.</param>
    internal double EndShare(int index, double expected) => (_ended[index] + PriorSeconds * expected) / (_livedS[index] + PriorSeconds);

    internal void Count(long ageMs) => _counting[ClassOf(ageMs)]++;

    internal void End(long ageMs) => _ended[ClassOf(ageMs)]++;

    /// <summary>Every session was counted once since the last call.</summary>
    internal void EndCount(double elapsedSeconds)
    {
        double keep = Math.Exp(-elapsedSeconds / MemorySeconds);
        for (int i = 0; i < Counts.Length; i++)
        {
            _livedS[i] = _livedS[i] * keep + _counting[i] * elapsedSeconds;
            _ended[i] *= keep;
            Counts[i] = _counting[i];
            _counting[i] = 0;
        }
    }

    private static int ClassOf(long ageMs)
    {
        int index = Array.BinarySearch(EndsS, (int)Math.Clamp(ageMs / 1000, 0, int.MaxValue - 1));
        return index < 0 ? ~index : index + 1;
    }
}
