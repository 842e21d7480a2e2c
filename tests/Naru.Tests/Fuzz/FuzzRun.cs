using System.Diagnostics;
using System.Globalization;

namespace Naru.Tests.Fuzz;

/// <summary>
/// How long fuzzing goes on. As it is, a number of inputs that takes a second or so; <c>NARU_FUZZ_ITERATIONS</c> is another
/// number, <c>NARU_FUZZ_SECONDS</c> a time for each test instead.
/// </summary>
internal static class FuzzRun
{
    /// <summary>Numbers of inputs, from 0 on, until it is enough.</summary>
    /// <param name="usual">How many, unless the environment says otherwise.</param>
    internal static IEnumerable<int> Inputs(int usual)
    {
        int seconds = FromEnvironment("NARU_FUZZ_SECONDS", 0);
        int count = seconds > 0 ? int.MaxValue : FromEnvironment("NARU_FUZZ_ITERATIONS", usual);
        var time = Stopwatch.StartNew();
        for (int n = 0; n < count && (seconds == 0 || time.Elapsed.TotalSeconds < seconds); n++)
            yield return n;
    }

    /// <summary>Where <c>NARU_FUZZ_SEED</c> does not say which run to replay.</summary>
    internal static int Seed(int usual) => FromEnvironment("NARU_FUZZ_SEED", usual);

    private static int FromEnvironment(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : fallback;
}
