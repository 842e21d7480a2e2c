namespace Naru.Tests;

/// <summary>
/// What code allocates when it is warm. The runtime itself allocates now and then on a thread (tiering, type loading), the
/// code under test would do so in every run: so the least of several runs counts.
/// </summary>
internal static class Allocations
{
    private const int Runs = 6;

    public static long LeastOf(Action run)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Runs && least != 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
