using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>How true the told times were, as the operator is told it.</summary>
public class HeldTimesTests
{
    private static readonly RoomSettings Shop = new() { Name = "shop", AdmitPerSecond = 5, Active = 100_000 };

    [Fact]
    public void FourOfFiveToldTimesAreKeptWhileTheRateStays()
    {
        var line = Line();
        Assert.Equal(-1, line.Authority.View.ToldHeldShare);
        line.Run(400_000);
        Assert.InRange(line.Authority.View.ToldHeldShare, 0.75, 1);
    }

    /// <summary>What was told at five a second cannot hold at one a second, and the figure says so.</summary>
    [Fact]
    public void RateThatTheOperatorLowersBreaksWhatWasToldBefore()
    {
        var line = Line();
        line.Run(100_000);
        double before = line.Authority.View.ToldHeldShare;
        line.Authority.Apply(new RoomControls { AdmitPerSecond = 1 }, line.NowMs);
        line.Run(300_000);
        Assert.True(line.Authority.View.ToldHeldShare < before - 0.05, $"{before:0.00}, then {line.Authority.View.ToldHeldShare:0.00}");
    }

    private static LineSimulation Line()
    {
        var line = new LineSimulation(7, Shop);
        line.Arrive(2_000, 5_000);
        return line;
    }
}
