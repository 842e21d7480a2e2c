using Naru.Core.Balancing;
using Naru.Core.Concurrency;
using Naru.Core.Config;

namespace Naru.Tests.Concurrency;

/// <summary>The limit of a server follows what the server carries, in virtual time.</summary>
public class AdaptiveLimitTests
{
    [Theory]
    [InlineData(24, 10)]
    [InlineData(40, 25)]
    [InlineData(150, 50)]
    public void GradientSettlesALittleAboveWhatTheServerCarries(int carries, double baseMs)
    {
        var server = new SimulatedServer(AdaptiveConcurrency.Gradient, carries, baseMs);

        server.Run(seconds: 90);

        Assert.InRange(server.Load.Limit, carries * 0.8, (carries * 1.5) + 10);
    }

    [Fact]
    public void GradientKeepsResponsesQuickWhereNoLimitLetsThemPileUp()
    {
        var judged = new SimulatedServer(AdaptiveConcurrency.Gradient, carries: 20, baseMs: 20) { Wanted = 400 };
        var unlimited = new SimulatedServer(AdaptiveConcurrency.Off, carries: 20, baseMs: 20) { Wanted = 400 };

        judged.Run(seconds: 60);
        unlimited.Run(seconds: 60);

        Assert.True(unlimited.TimeSumMs / unlimited.Served > 300);
        Assert.True(judged.TimeSumMs / judged.Served < 45, $"{judged.TimeSumMs / judged.Served} ms");
        Assert.True(judged.Served > unlimited.Served * 0.95, $"{judged.Served} of {unlimited.Served}");
    }

    [Fact]
    public void GradientFollowsAServerThatLosesHalfOfItsStrengthAndGetsItBack()
    {
        var server = new SimulatedServer(AdaptiveConcurrency.Gradient, carries: 60, baseMs: 20);
        server.Run(seconds: 60);
        int whole = server.Load.Limit;

        server.Carries = 30;
        server.Run(seconds: 30);
        int half = server.Load.Limit;
        server.Carries = 60;
        server.Run(seconds: 60);

        Assert.InRange(half, 15, whole * 0.85);
        Assert.InRange(server.Load.Limit, whole * 0.75, whole * 1.35);
    }

    [Fact]
    public void LimitThatIsNotUsedStays()
    {
        var server = new SimulatedServer(AdaptiveConcurrency.Gradient, carries: 1000, baseMs: 10) { Wanted = 5 };

        server.Run(seconds: 60);

        Assert.Equal((int)ConcurrencyEstimate.Start, server.Load.Limit);
    }

    [Fact]
    public void AimdGrowsUntilTriesFailAndThenSwingsBelow()
    {
        // 50 ms for 25 at once; with more than 50 at once a try takes longer than 100 ms and fails.
        var server = new SimulatedServer(AdaptiveConcurrency.Aimd, carries: 25, baseMs: 50) { TimeoutMs = 100 };
        server.Run(seconds: 30);
        var limits = new List<int>();
        for (int i = 0; i < 30; i++)
        {
            server.Run(seconds: 1);
            limits.Add(server.Load.Limit);
        }

        Assert.InRange(limits.Average(), 30, 60);
        Assert.True(limits.Max() < 75 && limits.Min() > 20, string.Join(' ', limits));
    }

    [Fact]
    public void ServerWhoseTriesAllFailIsLeftWithFew()
    {
        var load = new ServerLoad("10.0.0.1:80");
        load.Adapt(AdaptiveConcurrency.Gradient);
        long nowMs = Answer(load, 1, windows: 20, timeUs: 10_000);
        int before = load.Limit;

        for (int i = 0; i < 1000; i++)
            Fill(load, nowMs += 10, -1);

        Assert.True(before >= 20);
        Assert.InRange(load.Limit, 1, 9);
    }

    [Fact]
    public void MaxConnectionsHoldsWhateverIsJudged()
    {
        var load = new ServerLoad("10.0.0.1:80") { MaxConnections = 12 };
        load.Adapt(AdaptiveConcurrency.Gradient);
        Assert.Equal(12, load.Limit);
        Answer(load, 1, windows: 50, timeUs: 1_000);
        Assert.Equal(12, load.Limit);

        load.MaxConnections = 0;
        Assert.True(load.Limit >= 20);
        load.Adapt(AdaptiveConcurrency.Off);
        Assert.Equal(0, load.Limit);
        Assert.True(load.TryAcquire() && !load.IsFull);
    }

    [Fact]
    public void ReloadThatKeepsTheModeKeepsWhatIsKnown()
    {
        var load = new ServerLoad("10.0.0.1:80");
        load.Adapt(AdaptiveConcurrency.Gradient);
        Answer(load, 1, windows: 50, timeUs: 1_000);
        int known = load.Limit;
        Assert.True(known > 25);

        load.Adapt(AdaptiveConcurrency.Gradient);
        Assert.Equal(known, load.Limit);
        load.Adapt(AdaptiveConcurrency.Aimd);
        Assert.Equal((int)ConcurrencyEstimate.Start, load.Limit);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    public void WindowWaitsForEnoughResponses(int responses, bool isJudged)
    {
        var limit = new AdaptiveLimit(AdaptiveConcurrency.Aimd);
        bool changed = false;
        for (int i = 1; i <= responses; i++)
            changed |= limit.Responded(i == responses ? 1 + AdaptiveLimit.WindowMs : 1, 5_000, inFlight: 20);
        Assert.Equal(isJudged, changed);
    }

    [Fact]
    public void LoopsThatJudgeTogetherKeepTheLimitInItsBounds()
    {
        var load = new ServerLoad("10.0.0.1:80");
        load.Adapt(AdaptiveConcurrency.Gradient);
        Parallel.For(0, 4, worker =>
        {
            var random = new Random(worker);
            for (int i = 0; i < 200_000; i++)
            {
                if (!load.TryAcquire())
                    continue;
                load.Judge(1 + (i / 100), random.Next(10) == 0 ? -1 : random.Next(1_000, 100_000));
                load.Release();
            }
        });
        Assert.InRange(load.Limit, (int)ConcurrencyEstimate.Min, (int)ConcurrencyEstimate.Max);
        Assert.Equal(0, load.InFlight);
    }

    /// <summary>As many in flight as the limit says, each window.</summary>
    private static long Answer(ServerLoad load, long nowMs, int windows, long timeUs)
    {
        for (int i = 0; i < windows * AdaptiveLimit.SamplesMin; i++)
            Fill(load, nowMs += AdaptiveLimit.WindowMs / AdaptiveLimit.SamplesMin, timeUs);
        return nowMs;
    }

    private static void Fill(ServerLoad load, long nowMs, long timeUs)
    {
        int taken = 0;
        while (taken < 10_000 && load.TryAcquire())
            taken++;
        load.Judge(nowMs, timeUs);
        for (; taken > 0; taken--)
            load.Release();
    }
}
