using System.Diagnostics;

namespace Naru.SystemTests.Harness;

/// <summary>Waits for what another process does in its own time.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static Task IsTrue(Func<Task<bool>> holds, string what) => IsTrue(holds, what, Patience);

    public static async Task IsTrue(Func<Task<bool>> holds, string what, TimeSpan patience)
    {
        var waited = Stopwatch.StartNew();
        while (!await holds())
        {
            if (waited.Elapsed > patience)
                Assert.Fail($"After {patience.TotalSeconds:0} s still not so: {what}.");
            await Task.Delay(Interval);
        }
    }

    public static Task IsTrue(Func<bool> holds, string what) => IsTrue(holds, what, Patience);

    public static Task IsTrue(Func<bool> holds, string what, TimeSpan patience) => IsTrue(() => Task.FromResult(holds()), what, patience);
}
