using System.Text;
using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Tests.WaitingRoom.Rehearsal;

/// <summary>
/// The waiting room's promises, held against random crowds and faults. A failure prints its seed; set NARU_SEED to it to play
/// that crowd alone, and NARU_SEEDS to play more of them than here.
/// </summary>
public class RehearsalPropertyTests
{
    private const int Seeds = 300;

    [Fact]
    public void EveryInvariantHoldsInEveryCrowd()
    {
        var failures = new StringBuilder();
        foreach (var seed in PropertySeeds.ToPlay(Seeds))
        {
            var plan = RandomCrowd.Of(seed);
            var result = RehearsalRun.Play(plan, seed);
            if (!result.IsGood)
                failures.Append(System.Globalization.CultureInfo.InvariantCulture, $"\nseed {seed}, {RandomCrowd.Describe(plan)}");
            foreach (var broken in result.Invariants.Where(i => !i.Holds))
                failures.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n  {broken.Name}: {broken.Seen} (bound {broken.Bound}), {broken.Broken}");
        }
        Assert.True(failures.Length == 0, failures.ToString());
    }
}
