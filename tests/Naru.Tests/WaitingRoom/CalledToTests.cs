using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>What an operator is told of how far the line was called: a number that somebody has, and not the end of a lease.</summary>
public class CalledToTests
{
    private static readonly RoomSettings Shop = new() { Name = "shop", AdmitPerSecond = 50, Active = 1_000, SessionMs = 60_000 };

    [Theory]
    [InlineData(RoomMode.Random, 0)]
    [InlineData(RoomMode.Fifo, 4_000)]
    [InlineData(RoomMode.Random, 4_000)]
    public void AfterADrawItIsTheLastNumberThatSomebodyHas(RoomMode mode, int opensAfterMs)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var settings = Shop with { Mode = mode, OpensMs = opensAfterMs == 0 ? 0 : LineSimulation.Start + opensAfterMs, PrequeueMs = opensAfterMs };
            var line = new LineSimulation(seed, settings);
            line.Arrive(100, 2_000);
            line.Run(60_000);
            Assert.All(line.Visitors, v => Assert.True(v.Admitted, $"seed {seed}"));
            long last = line.Visitors.Max(v => v.Number);
            Assert.Equal(last + 1, line.Authority.View.CalledTo);
            if (opensAfterMs > 0)
                Assert.True(line.Authority.View.Serving > last + 1, $"seed {seed}: the mark is at {line.Authority.View.Serving}");

            // Who comes after that is called as well.
            line.Arrive(200, 1_000);
            line.Run(30_000);
            Assert.Equal(line.Visitors.Max(v => v.Number) + 1, line.Authority.View.CalledTo);
        }
    }
}
