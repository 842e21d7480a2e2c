using System.Net;
using Naru.Core.WaitingRoom.Joins;

namespace Naru.Tests.WaitingRoom.Joins;

public class JoinLimiterTests
{
    private const long StartMs = 1_796_122_800_000;

    private readonly JoinLimiter _limiter = new(new JoinRates(2, 20), 42, StartMs);

    [Fact]
    public void ABurstJoinsThenEachIsSlowedALittleMoreThenTheRestIsRefused()
    {
        var answers = Enumerable.Range(0, 100).Select(_ => Ask("203.0.113.7", StartMs)).ToList();
        // 5 s of 2/s join, 30 s of 2/s are kept a turn, half a second apart.
        Assert.Equal(10, answers.TakeWhile(a => a.Verdict == JoinVerdict.Join).Count());
        var later = answers.Skip(10).TakeWhile(a => a.Verdict == JoinVerdict.Later).ToList();
        Assert.Equal(Enumerable.Range(1, 60).Select(i => i * 500), later.Select(a => a.DelayMs));
        Assert.All(answers.Skip(70), a => Assert.Equal(new JoinAnswer(JoinVerdict.Refuse, JoinLimiter.DelayMsMax, 0), a));
    }

    [Fact]
    public void WorkGetsHarderWithTheDelay()
    {
        var bits = Enumerable.Range(0, 70).Select(_ => Ask("203.0.113.7", StartMs)).Where(a => a.Verdict == JoinVerdict.Later).Select(a => a.WorkBits).ToList();
        Assert.Equal(bits.Order(), bits);
        Assert.Equal(ProofOfWork.BitsMin, bits[0]);
        Assert.Equal(ProofOfWork.BitsMax, bits[^1]);
    }

    [Fact]
    public void SlowedVisitorsArriveAtTheRate()
    {
        // Who asks far faster than the rate for ten minutes: turns given stay within the rate and the burst.
        int joined = 0;
        for (long ms = 0; ms < 600_000; ms += 20)
            joined += Ask("203.0.113.7", StartMs + ms).Verdict != JoinVerdict.Refuse ? 1 : 0;
        Assert.InRange(joined, 1200, 1200 + 10 + 60);
    }

    [Fact]
    public void RefusedVisitorsOweNothing()
    {
        for (int i = 0; i < 1_000; i++)
            Ask("203.0.113.7", StartMs);
        Assert.Equal(JoinVerdict.Refuse, Ask("203.0.113.7", StartMs + 100).Verdict);
        Assert.Equal(JoinVerdict.Later, Ask("203.0.113.7", StartMs + 600).Verdict);
        Assert.Equal(JoinVerdict.Join, Ask("203.0.113.7", StartMs + 40_000).Verdict);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.8", true)]
    [InlineData("203.0.113.7", "203.0.112.7", false)]
    [InlineData("2001:db8:1:200::1", "2001:db8:1:2ff::1", true)]
    [InlineData("2001:db8:1:200::1", "2001:db8:1:300::1", false)]
    public void NeighboursShareThePrefixesLimit(string first, string second, bool shared)
    {
        var limiter = new JoinLimiter(new JoinRates(0, 2), 42, StartMs);
        while (Ask(first, StartMs, limiter).Verdict != JoinVerdict.Refuse)
        {
        }

        Assert.Equal(shared ? JoinVerdict.Refuse : JoinVerdict.Join, Ask(second, StartMs, limiter).Verdict);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void WhoHasAnotherAddressHasAnotherLimit(string first, string second, bool same)
    {
        var limiter = new JoinLimiter(new JoinRates(2, 0), 42, StartMs);
        while (Ask(first, StartMs, limiter).Verdict != JoinVerdict.Refuse)
        {
        }

        Assert.Equal(same ? JoinVerdict.Refuse : JoinVerdict.Join, Ask(second, StartMs, limiter).Verdict);
    }

    [Fact]
    public void ANetworkAtItsLimitChargesItsAddressesNothing()
    {
        var limiter = new JoinLimiter(new JoinRates(1, 1), 42, StartMs);
        for (int i = 0; i < 200; i++)
            limiter.Ask([203, 0, 113, (byte)i], StartMs);
        // The address was refused for its network's sake alone; an hour later it has its whole burst.
        for (int i = 0; i < 5; i++)
            Assert.Equal(JoinVerdict.Join, Ask("203.0.113.199", StartMs + 3_600_000 + i).Verdict);
    }

    [Fact]
    public void WithoutRatesEverybodyJoins()
    {
        var limiter = new JoinLimiter(default, 42, StartMs);
        for (int i = 0; i < 10_000; i++)
            Assert.Equal(JoinVerdict.Join, Ask("203.0.113.7", StartMs, limiter).Verdict);
    }

    [Fact]
    public void ALowRateStillGivesAHandful()
    {
        var limiter = new JoinLimiter(new JoinRates(0.01, 0), 42, StartMs);
        for (int i = 0; i < JoinLimiter.BurstJoinsMin; i++)
            Assert.Equal(JoinVerdict.Join, Ask("203.0.113.7", StartMs, limiter).Verdict);
        Assert.Equal(JoinVerdict.Refuse, Ask("203.0.113.7", StartMs, limiter).Verdict);
    }

    [Fact]
    public void UnknownAddressesJoin()
    {
        for (int i = 0; i < 1_000; i++)
            Assert.Equal(JoinVerdict.Join, _limiter.Ask([], StartMs).Verdict);
    }

    [Fact]
    public void AClockThatStandsBeforeTheStartHarmsNothing() =>
        Assert.Equal(JoinVerdict.Join, Ask("203.0.113.7", StartMs - 1_000_000).Verdict);

    /// <summary>Memory is fixed: a flood of strangers passes through the table and must not free who owes most.</summary>
    [Fact]
    public void AFloodOfStrangersFreesNoDebtor()
    {
        var limiter = new JoinLimiter(new JoinRates(1, 0), 42, StartMs);
        while (Ask("203.0.113.7", StartMs, limiter).Verdict != JoinVerdict.Refuse)
        {
        }

        Span<byte> address = stackalloc byte[4];
        for (uint i = 0; i < 2_000_000; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(address, 0x0a000000 + i);
            limiter.Ask(address, StartMs);
        }

        Assert.Equal(JoinVerdict.Refuse, Ask("203.0.113.7", StartMs, limiter).Verdict);
    }

    [Fact]
    public void AskingAllocatesNothing() => Assert.Equal(0, Allocations.LeastOf(() =>
    {
        Span<byte> address = [198, 51, 100, 0];
        for (int i = 0; i < 100_000; i++)
        {
            address[3] = (byte)i;
            _limiter.Ask(address, StartMs + i);
        }
    }));

    [Fact]
    public void ThreadsTogetherGetNoMoreThanTheRate()
    {
        int joined = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 50_000; i++)
                if (_limiter.Ask([198, 51, 100, 1], StartMs).Verdict != JoinVerdict.Refuse)
                    Interlocked.Increment(ref joined);
        });
        Assert.Equal(70, joined);
    }

    private JoinAnswer Ask(string address, long nowMs, JoinLimiter? limiter = null) =>
        (limiter ?? _limiter).Ask(IPAddress.Parse(address).GetAddressBytes(), nowMs);
}
