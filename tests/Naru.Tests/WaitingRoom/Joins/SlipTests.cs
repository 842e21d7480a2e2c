using System.Text;
using Naru.Core.WaitingRoom.Joins;
using Naru.Core.WaitingRoom.Proof;
using Naru.Tests.WaitingRoom.Proof;

namespace Naru.Tests.WaitingRoom.Joins;

public sealed class SlipTests : IDisposable
{
    private const long NowMs = 1_796_122_800_000;

    private readonly SlipCodec _codec = new(Samples.Keys());
    private readonly SlipDesk _desk = new();
    private readonly Slip _slip = new(0x0123456789abcdef, NowMs + 4_000, ProofOfWork.BitsMin);

    public void Dispose() => _codec.Dispose();

    [Fact]
    public void WhatIsWrittenIsReadAndNoFlippedBitIs()
    {
        var value = Write(_slip);
        Assert.Equal(ProofResult.Ok, _codec.Read(value, Samples.Host, out var slip));
        Assert.Equal(_slip, slip);
        Assert.Equal(ProofResult.BadMac, _codec.Read(value, "example.com"u8, out _));
        for (int bit = 0; bit < value.Length * 8; bit++)
        {
            var changed = value.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(ProofResult.Ok, _codec.Read(changed, Samples.Host, out _));
        }
    }

    /// <summary>Computed by another program: the page's script works on the same text.</summary>
    [Fact]
    public void ThePuzzleIsFixed()
    {
        Assert.True(ProofOfWork.IsSolved(_slip.Puzzle, 14, "13382"u8));
        Assert.False(ProofOfWork.IsSolved(_slip.Puzzle, 24, "13382"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1 ")]
    [InlineData("1234567890123")]
    public void WhatIsNoNumberSolvesNothing(string solution) =>
        Assert.False(ProofOfWork.IsSolved(_slip.Puzzle, 0, Encoding.ASCII.GetBytes(solution)));

    [Fact]
    public void DoneWorkShortensTheDelayAndNoWorkOnlyLengthensIt()
    {
        var solution = Solve(_slip);
        Assert.Equal(SlipResult.NotYet, _desk.Take(_slip, solution, NowMs, out int waitMs));
        Assert.Equal(4_000, waitMs);
        Assert.Equal(SlipResult.NotYet, _desk.Take(_slip, [], NowMs + 4_000, out waitMs));
        Assert.Equal(ProofOfWork.UnsolvedExtraMs, waitMs);
        Assert.Equal(SlipResult.Join, _desk.Take(_slip, solution, NowMs + 4_000, out _));
        var other = _slip with { Puzzle = 77 };
        Assert.Equal(SlipResult.NotYet, _desk.Take(other, solution, NowMs + 4_000, out _));
        Assert.Equal(SlipResult.Join, _desk.Take(other, [], NowMs + 4_000 + ProofOfWork.UnsolvedExtraMs, out _));
    }

    [Fact]
    public void WithoutWorkThereIsOneDelay()
    {
        var slip = _slip with { WorkBits = 0 };
        Assert.Equal(SlipResult.NotYet, _desk.Take(slip, [], NowMs + 3_999, out _));
        Assert.Equal(SlipResult.Join, _desk.Take(slip, [], NowMs + 4_000, out _));
    }

    [Fact]
    public void ASlipIsTakenOnce()
    {
        long readyMs = _slip.ReadyUnsolvedMs;
        Assert.Equal(SlipResult.Join, _desk.Take(_slip, [], readyMs, out _));
        for (long ms = readyMs; ms < _slip.ExpiresMs; ms += 999)
            Assert.Equal(SlipResult.Spent, _desk.Take(_slip, [], ms, out _));
        Assert.Equal(SlipResult.Expired, _desk.Take(_slip, [], _slip.ExpiresMs, out _));
    }

    [Fact]
    public void OthersCanTakeTheirsAndSpentOnesStaySpent()
    {
        var random = new Random(1);
        var slips = Enumerable.Range(0, 50_000).Select(_ => new Slip((ulong)random.NextInt64(), NowMs, 0)).ToList();
        Assert.All(slips, s => Assert.Equal(SlipResult.Join, _desk.Take(s, [], NowMs, out _)));
        // Below its size the memory forgets a few at most, where eight cells of one set do not do.
        Assert.InRange(slips.Count(s => _desk.Take(s, [], NowMs, out _) == SlipResult.Join), 0, 500);
    }

    [Fact]
    public void ThreadsTogetherTakeASlipOnce()
    {
        int joined = 0;
        var random = new Random(2);
        for (int round = 0; round < 200; round++)
        {
            var slip = new Slip((ulong)random.NextInt64(), NowMs, 0);
            Parallel.For(0, 4, _ =>
            {
                if (_desk.Take(slip, [], NowMs, out int _) == SlipResult.Join)
                    Interlocked.Increment(ref joined);
            });
        }

        Assert.Equal(200, joined);
    }

    [Fact]
    public void TakingAllocatesNothing()
    {
        var value = Write(_slip);
        var solution = Solve(_slip);
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                _codec.Read(value, Samples.Host, out var slip);
                _desk.Take(slip, solution, NowMs, out _);
            }
        }));
    }

    private static byte[] Solve(Slip slip)
    {
        for (long number = 0; ; number++)
        {
            var solution = Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (ProofOfWork.IsSolved(slip.Puzzle, slip.WorkBits, solution))
                return solution;
        }
    }

    private byte[] Write(in Slip slip)
    {
        var value = new byte[SlipCodec.ValueBytes];
        _codec.Write(slip, Samples.Host, value);
        return value;
    }
}
