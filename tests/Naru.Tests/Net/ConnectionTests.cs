using Naru.Engine;
using System.Text;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Tests.Loop;

namespace Naru.Tests.Net;

public class ConnectionTests
{
    [Fact]
    public async Task ReadsWhatComesAndThenTheEnd()
    {
        using var loop = new RunningLoop();
        using var pair = await OpenAsync(loop);
        var reading = loop.RunJobAsync(() => ReadToEndAsync(pair.Inner));
        await pair.Outer.SendAsync("one ");
        await pair.Outer.SendAsync("two");
        pair.Outer.EndSending();
        Assert.Equal("one two|0", await reading);
        await loop.RunAsync(() => Close(pair.Inner));
        Assert.True(await loop.RunAsync(() => pair.Inner.In == null));
    }

    [Fact]
    public async Task EndBehindTheLastBytesIsSeenWithoutAnotherEvent()
    {
        using var loop = new RunningLoop();
        using var pair = await OpenAsync(loop);
        await pair.Outer.SendAsync("all at once");
        pair.Outer.EndSending();
        await Task.Delay(20);
        Assert.Equal("all at once|0", await loop.RunJobAsync(() => ReadToEndAsync(pair.Inner)));
    }

    [Fact]
    public async Task ReadTimesOutAndMayBeTriedAgain()
    {
        using var loop = new RunningLoop();
        using var pair = await OpenAsync(loop);
        Assert.Equal(Errno.TimedOut, await loop.RunJobAsync(() => ReceiveAsync(pair.Inner, 40)));
        var again = loop.RunJobAsync(() => ReceiveAsync(pair.Inner, 5000));
        await pair.Outer.SendAsync("x");
        Assert.Equal(1, await again);
    }

    [Fact]
    public async Task ReadWithoutADeadlineForgetsTheIdleTimer()
    {
        using var loop = new RunningLoop();
        using var pair = await OpenAsync(loop);
        var reading = loop.RunJobAsync(() =>
        {
            pair.Inner.ArmIdle(loop.Loop.NowMs + 30);
            return ReceiveForEverAsync(pair.Inner);
        });
        await Task.Delay(150);
        Assert.False(reading.IsCompleted);
        await pair.Outer.SendAsync("x");
        Assert.Equal(1, await reading);
    }

    [Fact]
    public async Task BytesThatCameWhileTheLoopStoodStillAreNotTooLate()
    {
        using var loop = new RunningLoop();
        using var pair = await OpenAsync(loop);
        var reading = loop.RunJobAsync(() => ReceiveAsync(pair.Inner, 500));
        using var stand = new ManualResetEventSlim();
        loop.Loop.Post(() => stand.Wait(TimeSpan.FromSeconds(5)));
        await pair.Outer.SendAsync("in time");
        await Task.Delay(800);
        stand.Set();
        Assert.Equal(7, await reading);
    }

    [Fact]
    public async Task CancelEndsBothOperationsAtOnce()
    {
        using var loop = new RunningLoop();
        using var pair = await OpenAsync(loop);
        var reading = loop.RunJobAsync(() => ReceiveAsync(pair.Inner, 60_000));
        var writing = loop.RunJobAsync(() => SendMuchAsync(pair.Inner, 60_000));
        await loop.RunAsync(() => pair.Inner.IsReading && pair.Inner.IsWriting);
        await loop.RunAsync(() =>
        {
            pair.Inner.CancelRead();
            pair.Inner.CancelWrite();
            return true;
        });
        Assert.Equal(Errno.Canceled, await reading);
        Assert.Equal(Errno.Canceled, await writing);
    }

    /// <summary>The loop takes the bytes of a whole turn first: whose read ends in another way meanwhile keeps what was taken.</summary>
    [Fact]
    public async Task ReadThatIsCancelledInTheTurnOfItsBytesKeepsThemAndTheNextOneWaitsForMore()
    {
        using var loop = new RunningLoop();
        using var first = await OpenAsync(loop);
        using var second = await OpenAsync(loop);
        var cancelled = loop.RunJobAsync(() => ReceiveAsync(second.Inner, 60_000));
        var next = loop.RunJobAsync(() => CancelAndReadAsync(first.Inner, second.Inner));
        Assert.True(await loop.RunAsync(() => first.Inner.IsReading && second.Inner.IsReading));
        using var stands = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        loop.Loop.Post(() =>
        {
            stands.Set();
            goOn.Wait(TimeSpan.FromSeconds(60));
        });
        Assert.True(stands.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        await first.Outer.SendAsync("one");
        await second.Outer.SendAsync("two");
        goOn.Set();

        Assert.Equal(Errno.Canceled, await cancelled);
        Assert.False(next.IsCompleted);
        await second.Outer.SendAsync("more");
        Assert.Equal(4, await next);
        Assert.Equal("twomore", await loop.RunAsync(() => Encoding.ASCII.GetString(second.Inner.In!.Data)));
    }

    [Fact]
    public async Task WriteToOneWhoReadsNothingTimesOut()
    {
        using var loop = new RunningLoop();
        using var pair = await OpenAsync(loop);
        Assert.Equal(Errno.TimedOut, await loop.RunJobAsync(() => SendMuchAsync(pair.Inner, 100)));
    }

    [Fact]
    public async Task WriteGoesOnWhileItsReaderReads()
    {
        using var loop = new RunningLoop();
        using var pair = await OpenAsync(loop);
        var writing = loop.RunJobAsync(() => SendMuchAsync(pair.Inner, 5000));
        await pair.Outer.ReadAsync(BytesOfMuch);
        Assert.True(await writing > 0);
    }

    [Fact]
    public async Task SecondReadAtATimeThrows()
    {
        using var loop = new RunningLoop();
        using var pair = await OpenAsync(loop);
        var first = loop.RunJobAsync(() => ReceiveAsync(pair.Inner, 60_000));
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.RunJobAsync(() => ReceiveAsync(pair.Inner, 60_000)));
        await pair.Outer.SendAsync("x");
        Assert.Equal(1, await first);
    }

    [Fact]
    public async Task FullBufferSaysSoAndGrows()
    {
        using var loop = new RunningLoop();
        using var pair = await OpenAsync(loop);
        var reading = loop.RunJobAsync(() => FillAndGrowAsync(pair.Inner));
        await pair.Outer.SendAsync(new string('x', EngineLimits.SmallBufferBytes + 10));
        Assert.Equal($"{Errno.NoBuffers} {EngineLimits.LargeBufferBytes} {EngineLimits.SmallBufferBytes + 10}", await reading);
    }

    private const int BytesOfMuch = 20_000_000;

    private static Task<ConnectedPair> OpenAsync(RunningLoop loop) => loop.RunAsync(() => ConnectedPair.OpenAsync(loop.Loop)).Unwrap();

    private static async Job<int> ReceiveAsync(Connection connection, int timeoutMs) =>
        await connection.ReceiveAsync(connection.Loop.NowMs + timeoutMs);

    private static async Job<int> CancelAndReadAsync(Connection own, Connection other)
    {
        await own.ReceiveAsync(own.Loop.NowMs + 60_000);
        other.CancelRead();
        return await other.ReceiveAsync(other.Loop.NowMs + 60_000);
    }

    private static async Job<int> ReceiveForEverAsync(Connection connection) => await connection.ReceiveAsync(Connection.NoDeadline);

    private static async Job<int> SendMuchAsync(Connection connection, int timeoutMs) =>
        await connection.SendAsync(new byte[BytesOfMuch], 0, BytesOfMuch, timeoutMs);

    private static async Job<string> ReadToEndAsync(Connection connection)
    {
        var text = new StringBuilder();
        int received;
        while ((received = await connection.ReceiveAsync(connection.Loop.NowMs + 5000)) > 0)
        {
            text.Append(Encoding.ASCII.GetString(connection.In!.Data));
            connection.Consume(connection.In.Length);
        }

        return $"{text}|{received}";
    }

    private static async Job<string> FillAndGrowAsync(Connection connection)
    {
        int received;
        while ((received = await connection.ReceiveAsync(connection.Loop.NowMs + 5000)) > 0)
        {
        }

        connection.GrowIn();
        while (connection.In!.Length < EngineLimits.SmallBufferBytes + 10)
            await connection.ReceiveAsync(connection.Loop.NowMs + 5000);
        return $"{received} {connection.In.CapacityBytes} {connection.In.Length}";
    }

    private static bool Close(Connection connection)
    {
        connection.CloseSocket();
        return true;
    }
}
