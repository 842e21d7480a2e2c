using System.Runtime.InteropServices;
using System.Text;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Engine.Workers;
using Naru.Tests.Loop;

namespace Naru.Tests.Net;

public class ByteRelayTests
{
    private const int LongMs = 60_000;

    [Fact]
    public async Task SmallMessagesGoBothWays()
    {
        await using var bed = await Bed.StartAsync(LongMs);
        for (int i = 0; i < 20; i++)
        {
            await bed.First.SendAsync($"question {i:00}");
            Assert.Equal($"question {i:00}", await bed.Second.ReadAsync(11));
            await bed.Second.SendAsync($"answer {i:00}");
            Assert.Equal($"answer {i:00}", await bed.First.ReadAsync(9));
        }

        bed.First.EndSending();
        Assert.Equal("", await bed.Second.ReadToEndAsync());
        Assert.False(bed.Ended.IsCompleted);
        bed.Second.EndSending();
        Assert.Equal(RelayEnd.Completed, await bed.Ended);
        Assert.Equal(20 * 11, bed.Relay.BytesForth);
        Assert.Equal(20 * 9, bed.Relay.BytesBack);
    }

    [Fact]
    public async Task BulkArrivesUnchangedBothWaysAtOnce()
    {
        await using var bed = await Bed.StartAsync(LongMs);
        string forth = Noise(6_000_000, 1);
        string back = Noise(5_000_000, 2);
        var sending = Task.WhenAll(bed.First.SendAsync(forth), bed.Second.SendAsync(back));
        var atSecond = bed.Second.ReadAsync(forth.Length);
        var atFirst = bed.First.ReadAsync(back.Length);
        Assert.True(forth == await atSecond, "forth");
        Assert.True(back == await atFirst, "back");
        await sending;

        // Small ones after the bulk.
        await bed.First.SendAsync("bye");
        Assert.Equal("bye", await bed.Second.ReadAsync(3));
        bed.First.EndSending();
        bed.Second.EndSending();
        Assert.Equal(RelayEnd.Completed, await bed.Ended);
        Assert.Equal(forth.Length + 3, bed.Relay.BytesForth);
        Assert.Equal(back.Length, bed.Relay.BytesBack);
    }

    [Fact]
    public async Task EndOfOneSideLetsTheOtherSpeakOn()
    {
        await using var bed = await Bed.StartAsync(LongMs);
        await bed.First.SendAsync("last words");
        bed.First.EndSending();
        Assert.Equal("last words", await bed.Second.ReadToEndAsync());
        string answer = Noise(3_000_000, 3);
        await Task.WhenAll(bed.Second.SendAsync(answer).ContinueWith(_ => bed.Second.EndSending(), TaskScheduler.Default), Check());
        Assert.Equal(RelayEnd.Completed, await bed.Ended);

        async Task Check() => Assert.True(answer == await bed.First.ReadToEndAsync());
    }

    [Fact]
    public async Task SilenceEndsIt()
    {
        await using var bed = await Bed.StartAsync(1000);
        // What moves one way keeps the other alive.
        for (int i = 0; i < 12; i++)
        {
            await bed.First.SendAsync("x");
            await bed.Second.ReadAsync(1);
            await Task.Delay(100);
        }

        Assert.False(bed.Ended.IsCompleted);
        Assert.Equal(RelayEnd.IdleTimeout, await bed.Ended);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SideThatTakesNothingForLongIsNotIdleWhileTheOtherWayMoves(bool canSplice)
    {
        await using var bed = await Bed.StartAsync(LongMs, canSplice);
        string much = Noise(20_000_000, 4);
        var sending = bed.First.SendAsync(much);
        for (int i = 0; i < 10; i++)
        {
            await bed.Second.SendAsync("x");
            await bed.First.ReadAsync(1);
            // As if the time of the wait were over: nothing was taken since it began.
            await bed.TimeOutWriteToSecondAsync();
        }

        Assert.True(much == await bed.Second.ReadAsync(much.Length));
        await sending;
        bed.First.EndSending();
        bed.Second.EndSending();
        Assert.Equal(RelayEnd.Completed, await bed.Ended);
    }

    [Fact]
    public async Task SlowReaderIsNotIdle()
    {
        await using var bed = await Bed.StartAsync(2000, receiveBufferBytes: 64 * 1024);
        var sending = bed.First.SendAsync(new string('x', 30_000_000));
        for (int i = 0; i < 40; i++)
        {
            await bed.Second.ReadAsync(8 * 1024);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.False(bed.Ended.IsCompleted);
        await bed.DisposeAsync();
        _ = await Record.ExceptionAsync(() => sending); // fails, unless the kernel had taken all of it
    }

    [Theory]
    [InlineData(true, RelayEnd.FirstFailed)]
    [InlineData(false, RelayEnd.SecondFailed)]
    public async Task ResetOfEitherEndsBoth(bool isFirst, object expected)
    {
        await using var bed = await Bed.StartAsync(LongMs);
        await bed.First.SendAsync("x");
        await bed.Second.ReadAsync(1);
        (isFirst ? bed.First : bed.Second).Reset();
        Assert.Equal((RelayEnd)expected, await bed.Ended);
    }

    /// <summary>The kernel tells once that it gave a silent peer up; a read after that meets the end of the stream.</summary>
    [Fact]
    public async Task ConnectionThatTheKernelGaveUpDoesNotEndInOrder()
    {
        await using var bed = await Bed.StartAsync(LongMs);
        bed.LetKernelGiveSecondUp(afterMs: 200);
        var sending = bed.First.SendAsync(new string('x', 30_000_000));
        Assert.Equal(RelayEnd.SecondFailed, await bed.Ended);
        Assert.False(bed.First.HasInput);
        await bed.DisposeAsync();
        _ = await Record.ExceptionAsync(() => sending); // fails, unless the kernel had taken all of it
    }

    [Fact]
    public async Task CancelEndsItWhereverItWaits()
    {
        await using var bed = await Bed.StartAsync(LongMs);
        // One direction waits for its reader, the other for its sender.
        var sending = bed.First.SendAsync(new string('x', 30_000_000));
        await Task.Delay(100);
        await bed.CancelAsync();
        Assert.Equal(RelayEnd.Canceled, await bed.Ended);
        await bed.DisposeAsync();
        _ = await Record.ExceptionAsync(() => sending); // fails, unless the kernel had taken all of it
    }

    private static string Noise(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return Encoding.Latin1.GetString(bytes);
    }

    private sealed class Bed : IAsyncDisposable
    {
        private const int LevelTcp = 6;
        private const int UserTimeout = 18;

        private readonly RunningLoop _loop = new();
        private ConnectedPair _first = null!;
        private ConnectedPair _second = null!;
        private bool _isClosed;

        private Bed(bool canSplice) =>
            Relay = new ByteRelay(new PipePool(new EngineState(_ => { }) { DescriptorsMax = canSplice ? long.MaxValue : 0 }));

        public ByteRelay Relay { get; }

        public Task<RelayEnd> Ended { get; private set; } = null!;

        public Naru.Tests.Proxy.Peer First => _first.Outer;

        public Naru.Tests.Proxy.Peer Second => _second.Outer;

        /// <param name="idleMs">Of the relay.</param>
        /// <param name="canSplice">Or copies all.</param>
        /// <param name="receiveBufferBytes">Of both peers; 0: as the kernel likes.</param>
        public static async Task<Bed> StartAsync(int idleMs, bool canSplice = true, int receiveBufferBytes = 0)
        {
            var bed = new Bed(canSplice);
            bed._first = await bed._loop.RunAsync(() => ConnectedPair.OpenAsync(bed._loop.Loop, receiveBufferBytes)).Unwrap();
            bed._second = await bed._loop.RunAsync(() => ConnectedPair.OpenAsync(bed._loop.Loop, receiveBufferBytes)).Unwrap();
            bed.Ended = bed._loop.RunJobAsync(() => bed.Relay.RunAsync(bed._first.Inner, bed._second.Inner, idleMs));
            return bed;
        }

        /// <summary>As after many minutes of a dead network: what was sent stays without an answer for so long.</summary>
        public void LetKernelGiveSecondUp(int afterMs) =>
            Assert.Equal(0, SetOption(_second.Inner.Fd, LevelTcp, UserTimeout, ref afterMs, sizeof(int)));

        /// <summary>Waits until the relay waits for room there, and ends that wait.</summary>
        public async Task TimeOutWriteToSecondAsync()
        {
            while (!await _loop.RunAsync(IsOver))
                await Task.Yield();

            bool IsOver()
            {
                bool isWriting = _second.Inner.IsWriting;
                _second.Inner.CancelWrite(Errno.TimedOut);
                return isWriting;
            }
        }

        public Task<bool> CancelAsync() => _loop.RunAsync(() =>
        {
            Relay.Cancel();
            return true;
        });

        public async ValueTask DisposeAsync()
        {
            if (_isClosed)
                return;
            _isClosed = true;
            await _loop.RunAsync(() =>
            {
                _first.Inner.CloseSocket();
                _second.Inner.CloseSocket();
                return true;
            });
            _first.Dispose();
            _second.Dispose();
            _loop.Dispose();
        }

        [DllImport("libc", EntryPoint = "setsockopt")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int SetOption(int fd, int level, int name, ref int value, int length);
    }
}
