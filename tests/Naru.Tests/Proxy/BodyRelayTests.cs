using System.Globalization;
using System.Text;
using Naru.Core.Http;
using Naru.Engine;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Engine.Proxy;
using Naru.Engine.Workers;
using Naru.Tests.Loop;
using Naru.Tests.Net;

namespace Naru.Tests.Proxy;

public class BodyRelayTests
{
    private const string Head = "HEAD";
    private const string Next = "NEXT MESSAGE";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40_000)]
    [InlineData(3_000_000)]
    public async Task BodyOfKnownLengthStopsAtItsEnd(int length)
    {
        await using var bed = await Bed.StartAsync();
        string body = Text(length, 1);
        var moving = bed.MoveAsync(length == 0 ? BodyFraming.None : BodyFraming.Length, writesChunks: false, length);
        var sending = bed.Source.SendAsync(Head + body + Next);
        Assert.True(Head + body == await bed.Target.ReadAsync(Head.Length + length));
        Assert.Equal(BodyEnd.Completed, await moving);
        await sending;
        Assert.Equal(Head.Length + length, bed.Relay.BytesSent);
        Assert.Equal(Next, await bed.RestAsync(Next.Length));
    }

    [Fact]
    public async Task ChunkedBodiesAreFramedAnewAndNothingBehindThemIsTouched()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        await using var bed = await Bed.StartAsync();
        for (int run = 0; run < 60; run++)
        {
            var random = new Random(seed + run);
            string why = $"seed {seed + run}";
            string body = Text(random.Next(3) switch { 0 => random.Next(3), 1 => random.Next(300), _ => random.Next(120_000) }, seed);
            string trailers = random.Next(3) == 0 ? "x-sum: 1\r\n" : "";
            string wire = Head + Chunked(body, trailers, random) + Next;

            var moving = bed.MoveAsync(BodyFraming.Chunked, writesChunks: true, 0);
            await SendInPiecesAsync(bed.Source, wire, random);
            Assert.True(BodyEnd.Completed == await moving, why);
            Assert.True(Next == await bed.RestAsync(Next.Length), why);
            Assert.True(body.Length == bed.Relay.BodyBytes, why);
            string arrived = await bed.Target.ReadAsync((int)bed.Relay.BytesSent);
            Assert.True(arrived.StartsWith(Head, StringComparison.Ordinal), why);
            var (decoded, decodedTrailers) = Dechunk(arrived[Head.Length..]);
            Assert.True(body == decoded && trailers == decodedTrailers, why);
        }
    }

    [Fact]
    public async Task ChunkedBodyForAnOldClientIsSentBare()
    {
        await using var bed = await Bed.StartAsync();
        string body = Text(50_000, 4);
        var moving = bed.MoveAsync(BodyFraming.Chunked, writesChunks: false, 0);
        await SendInPiecesAsync(bed.Source, Head + Chunked(body, "", new Random(5)) + Next, new Random(6));
        Assert.True(Head + body == await bed.Target.ReadAsync(Head.Length + body.Length));
        Assert.Equal(BodyEnd.Completed, await moving);
        Assert.Equal(Next, await bed.RestAsync(Next.Length));
    }

    [Fact]
    public async Task BodyUntilTheEndOfTheStreamGetsChunks()
    {
        await using var bed = await Bed.StartAsync();
        string body = Text(100_000, 7);
        var moving = bed.MoveAsync(BodyFraming.UntilClose, writesChunks: true, 0);
        await SendInPiecesAsync(bed.Source, Head + body, new Random(8));
        bed.Source.EndSending();
        Assert.Equal(BodyEnd.Completed, await moving);
        string arrived = await bed.Target.ReadAsync((int)bed.Relay.BytesSent);
        Assert.True(body == Dechunk(arrived[Head.Length..]).Body);
    }

    [Theory]
    [InlineData("3\r\nabc", BodyEnd.SourceEnded)]
    [InlineData("zz\r\n", BodyEnd.Malformed)]
    [InlineData("3\r\nabcX", BodyEnd.Malformed)]
    [InlineData("ff\r\n", BodyEnd.SourceEnded)]
    [InlineData("65\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", BodyEnd.TooLarge)]
    public async Task EachFaultOfTheSenderHasItsName(string wire, object expected)
    {
        await using var bed = await Bed.StartAsync();
        bed.Relay.BytesMax = 100;
        var moving = bed.MoveAsync(BodyFraming.Chunked, writesChunks: true, 0);
        await bed.Source.SendAsync(Head + wire);
        bed.Source.EndSending();
        Assert.Equal((BodyEnd)expected, await moving);
        Assert.True(bed.Relay.HasSourceFailed);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public async Task SilentSenderTimesOut(int length)
    {
        await using var bed = await Bed.StartAsync();
        bed.Relay.ReadTimeoutMs = 60;
        var moving = bed.MoveAsync(BodyFraming.Length, writesChunks: false, length);
        await bed.Source.SendAsync(Head + "some");
        Assert.Equal(BodyEnd.SourceTimedOut, await moving);
    }

    [Theory]
    [InlineData(BodyFraming.Length)]
    [InlineData(BodyFraming.UntilClose)]
    public async Task ReceiverThatTakesNothingTimesOut(BodyFraming framing)
    {
        await using var bed = await Bed.StartAsync();
        bed.Relay.WriteTimeoutMs = 200;
        var moving = bed.MoveAsync(framing, writesChunks: false, 100_000_000);
        var sending = bed.Source.SendAsync(Head + new string('x', 50_000_000));
        Assert.Equal(BodyEnd.TargetTimedOut, await moving);
        bed.Source.Reset();
        _ = await Record.ExceptionAsync(() => sending); // fails, unless the kernel had taken all of it
    }

    [Fact]
    public async Task CancelEndsARelayThatNeverWaits()
    {
        await using var bed = await Bed.StartAsync();
        var moving = bed.MoveAsync(BodyFraming.UntilClose, writesChunks: true, 0);
        var draining = bed.Target.ReadToEndAsync();
        var sending = Task.Run(async () =>
        {
            while (true)
                await bed.Source.SendAsync(new string('x', 1_000_000));
        });
        await bed.MostInATurnAsync(until: 10_000_000);
        await bed.CancelAsync();
        Assert.Equal(BodyEnd.Canceled, await moving);
        bed.Source.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
        await bed.DisposeAsync();
        await Task.WhenAny(draining);
    }

    /// <summary>What is already there goes without waiting, but in several turns: between them others have theirs.</summary>
    [Fact]
    public async Task BodyThatIsAllThereLetsOthersHaveTheirTurn()
    {
        // The round that finds a turn begun is not counted.
        const int TurnBytesMax = (EngineLimits.RoundsPerTurn + 1) * (EngineLimits.SmallBufferBytes + EngineLimits.TailroomBytes);
        await using var bed = await Bed.StartAsync();
        await bed.Source.SendAsync(Head);
        var moving = bed.MoveAsync(BodyFraming.UntilClose, writesChunks: true, 0);
        var draining = bed.Target.ReadToEndAsync();
        Task<long> most;
        using (bed.HoldLoop())
        {
            int count = bed.Source.SendNow(8 * TurnBytesMax);
            Assert.True(count > 2 * TurnBytesMax, $"the kernel took no more than {count} bytes");
            most = bed.MostInATurnAsync(count);
        }

        Assert.InRange(await most, TurnBytesMax / 2, TurnBytesMax);
        bed.Source.EndSending();
        Assert.Equal(BodyEnd.Completed, await moving);
        await bed.DisposeAsync();
        await Task.WhenAny(draining);
    }

    private static string Text(int length, int seed)
    {
        var random = new Random(seed);
        return string.Create(length, random, static (span, r) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = (char)('a' + r.Next(26));
        });
    }

    private static string Chunked(string body, string trailers, Random random)
    {
        var wire = new StringBuilder();
        for (int at = 0; at < body.Length;)
        {
            int count = Math.Min(body.Length - at, random.Next(4) == 0 ? random.Next(1, 5) : random.Next(1, 20_000));
            wire.Append(CultureInfo.InvariantCulture, $"{count:x}\r\n").Append(body, at, count).Append("\r\n");
            at += count;
        }

        return wire.Append("0\r\n").Append(trailers).Append("\r\n").ToString();
    }

    private static (string Body, string Trailers) Dechunk(string wire)
    {
        var body = new StringBuilder();
        int at = 0;
        while (true)
        {
            int lineEnd = wire.IndexOf("\r\n", at, StringComparison.Ordinal);
            int count = int.Parse(wire.AsSpan(at, lineEnd - at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at = lineEnd + 2;
            if (count == 0)
                break;
            body.Append(wire, at, count);
            at += count;
            Assert.Equal("\r\n", wire.Substring(at, 2));
            at += 2;
        }

        Assert.EndsWith("\r\n", wire[at..]);
        return (body.ToString(), wire[at..^2]);
    }

    private static async Task SendInPiecesAsync(Peer peer, string wire, Random random)
    {
        for (int at = 0; at < wire.Length;)
        {
            int count = Math.Min(wire.Length - at, random.Next(5) == 0 ? random.Next(1, 10) : random.Next(1, 60_000));
            await peer.SendAsync(wire.Substring(at, count));
            at += count;
        }
    }

    private sealed class Bed : IAsyncDisposable
    {
        private readonly RunningLoop _loop = new();
        private ConnectedPair _source = null!;
        private ConnectedPair _target = null!;
        private bool _isClosed;

        public BodyRelay Relay { get; } = new(new PipePool(new EngineState(_ => { }))) { ReadTimeoutMs = 5000, WriteTimeoutMs = 5000 };

        public Peer Source => _source.Outer;

        public Peer Target => _target.Outer;

        public static async Task<Bed> StartAsync()
        {
            var bed = new Bed();
            bed._source = await bed._loop.RunAsync(() => ConnectedPair.OpenAsync(bed._loop.Loop)).Unwrap();
            bed._target = await bed._loop.RunAsync(() => ConnectedPair.OpenAsync(bed._loop.Loop)).Unwrap();
            return bed;
        }

        /// <summary>Takes the head from the source first, as a parser does, and moves the rest with it.</summary>
        public Task<BodyEnd> MoveAsync(BodyFraming framing, bool writesChunks, long length) =>
            _loop.RunJobAsync(() => StoryAsync(framing, writesChunks, length));

        /// <summary>What the source's buffer holds behind the message, which the next one would be read from.</summary>
        public Task<string> RestAsync(int count) => _loop.RunJobAsync(() => ReadRestAsync(count));

        /// <summary>Bytes sent in one turn of the loop at most, until so many were sent in all.</summary>
        public Task<long> MostInATurnAsync(long until) => TurnWatch.MostInATurnAsync(_loop.Loop, () => Relay.BytesSent, until);

        public LoopHold HoldLoop() => new(_loop.Loop);

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
                _source.Inner.CloseSocket();
                _target.Inner.CloseSocket();
                return true;
            });
            _source.Dispose();
            _target.Dispose();
            _loop.Dispose();
        }

        private async Job<BodyEnd> StoryAsync(BodyFraming framing, bool writesChunks, long length)
        {
            var source = _source.Inner;
            while ((source.In?.Length ?? 0) < Head.Length)
                Assert.True(await source.ReceiveAsync(_loop.Loop.NowMs + 5000) > 0);
            Relay.Begin(source, _target.Inner, framing, writesChunks, length);
            return await Relay.RunAsync(Head.Length);
        }

        private async Job<string> ReadRestAsync(int count)
        {
            var source = _source.Inner;
            while ((source.In?.Length ?? 0) < count)
                Assert.True(await source.ReceiveAsync(_loop.Loop.NowMs + 5000) > 0);
            string rest = Encoding.ASCII.GetString(source.In!.Data);
            source.ReleaseIn();
            return rest;
        }
    }
}
