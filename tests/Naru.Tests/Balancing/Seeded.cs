using System.Globalization;

namespace Naru.Tests.Balancing;

/// <summary>Random tests that tell their seed: set NARU_TEST_SEED to it and the same rounds run again.</summary>
internal static class Seeded
{
    internal static void Run(int rounds, Action<Random> test)
    {
        string? given = Environment.GetEnvironmentVariable("NARU_TEST_SEED");
        for (int round = 0; round < rounds; round++)
        {
            int seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
            try
            {
                test(new Random(seed));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"NARU_TEST_SEED={seed} fails: {failure.Message}", failure);
            }
        }
    }
}
