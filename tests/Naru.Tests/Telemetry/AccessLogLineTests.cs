using System.Text;
using System.Text.Json;
using Naru.Core.Net;
using Naru.Core.Telemetry;

namespace Naru.Tests.Telemetry;

public class AccessLogLineTests(ITestOutputHelper output)
{
    [Fact]
    public void AWholeLineIsAsPublished()
    {
        Assert.Equal(
            """{"time":"2026-12-01T11:00:00.007Z","listener":"web","client":"192.0.2.1","method":"GET","host":"shop.example.com","path":"/a?b=c","protocol":"HTTP/1.1","status":200,"reason":"completed","detail":null,"route":"listeners[0].routes[2]","room":"concert","pool":"api","server":"10.0.0.11:8080","bytesIn":512,"bytesOut":20480,"totalMs":12.345,"queueMs":0.000,"connectMs":null,"firstByteMs":11.002,"attempts":1,"requestId":"4f2a","userAgent":"curl/8.5"}""" + "\n",
            Line(Typical()));
    }

    [Fact]
    public void WhatIsNotKnownIsNull()
    {
        using var line = JsonDocument.Parse(Line(new AccessRecord { Reason = EndReason.ClientAborted }));
        Assert.All(
            ["listener", "client", "method", "host", "path", "protocol", "route", "room", "pool", "server", "queueMs", "connectMs", "firstByteMs", "requestId", "userAgent"],
            key => Assert.Equal(JsonValueKind.Null, line.RootElement.GetProperty(key).ValueKind));
        Assert.Equal("1970-01-01T00:00:00.000Z", line.RootElement.GetProperty("time").GetString());
    }

    [Theory]
    [InlineData("a\"b\\c", "a\"b\\c")]
    [InlineData("a\r\nb\tc\0d\u001fe", "a\r\nb\tc\0d\u001fe")]
    [InlineData("나루 é 😀", "나루 é 😀")]
    [InlineData("\u007f\u0085\u009b", "\u007f\u0085\u009b")]
    [InlineData("</script>", "</script>")]
    public void TextOfTheWireComesBackAsItWas(string sent, string read)
    {
        var line = Line(new AccessRecord { Path = Encoding.UTF8.GetBytes(sent) });
        Assert.Equal(read, Path(line));
        // One line, and nothing in it that drives a terminal.
        Assert.DoesNotContain(line[..^1], char.IsControl);
    }

    [Theory]
    [InlineData("61FF62", "a\u00ffb")]
    [InlineData("C3", "\u00c3")]
    [InlineData("C328", "\u00c3(")]
    [InlineData("EDA080", "\u00ed\u00a0\u0080")] // a surrogate is no character
    [InlineData("C080", "\u00c0\u0080")] // overlong zero
    [InlineData("F09F98", "\u00f0\u009f\u0098")]
    public void BytesThatAreNoUtf8BecomeCharactersOfTheirNumber(string hex, string read) =>
        Assert.Equal(read, Path(Line(new AccessRecord { Path = Convert.FromHexString(hex) })));

    [Fact]
    public void LongFieldsAreCutBetweenCharacters()
    {
        const int Max = AccessLogLine.PathBytesMax;
        Assert.Equal(new string('x', Max), Path(Line(new AccessRecord { Path = Encoding.UTF8.GetBytes(new string('x', Max)) })));
        Assert.Equal(new string('x', Max) + "…", Path(Line(new AccessRecord { Path = Encoding.UTF8.GetBytes(new string('x', Max + 1)) })));
        for (var pad = 0; pad < 4; pad++)
        {
            var text = new string('x', pad) + string.Concat(Enumerable.Repeat("😀", Max));
            var read = Path(Line(new AccessRecord { Path = Encoding.UTF8.GetBytes(text) }));
            Assert.StartsWith(read[..^1], text, StringComparison.Ordinal);
            Assert.InRange(Encoding.UTF8.GetByteCount(read[..^1]), Max - 3, Max);
            Assert.EndsWith("😀…", read, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheWorstLineFitsTheNamedMaximum()
    {
        var worst = Enumerable.Repeat((byte)0xFF, 5000).ToArray();
        var record = new AccessRecord
        {
            UnixTimeMs = long.MaxValue,
            Listener = worst,
            Client = new Endpoint([.. worst.AsSpan(0, 16)], 65535),
            Method = worst,
            Host = worst,
            Path = worst,
            Protocol = worst,
            Status = int.MaxValue,
            Reason = Enum.GetValues<EndReason>().MaxBy(r => r.Name().Length),
            Detail = worst,
            Route = worst,
            Room = worst,
            Pool = worst,
            Server = worst,
            BytesIn = long.MaxValue,
            BytesOut = long.MaxValue,
            TotalUs = long.MaxValue,
            QueueUs = long.MaxValue,
            ConnectUs = long.MaxValue,
            FirstByteUs = long.MaxValue,
            Attempts = int.MaxValue,
            RequestId = worst,
            UserAgent = worst,
        };
        var length = AccessLogLine.Write(record, new byte[AccessLogLine.LineBytesMax]);
        Assert.InRange(length, AccessLogLine.LineBytesMax - 1024, AccessLogLine.LineBytesMax);
        using var _ = JsonDocument.Parse(Line(record));
    }

    [Fact]
    public void ATargetThatIsTooSmallGetsNothing()
    {
        var record = Typical();
        record.Path = "/\"\x01é\xFF"u8;
        var target = new byte[AccessLogLine.LineBytesMax];
        var length = AccessLogLine.Write(record, target);
        for (var size = 0; size < length; size++)
            Assert.Equal(0, AccessLogLine.Write(record, target.AsSpan(0, size)));
        Assert.Equal(length, AccessLogLine.Write(record, target.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(951_782_399_999L)] // 2000-02-28T23:59:59.999Z
    [InlineData(951_868_799_001L)] // 2000-02-29
    [InlineData(1_796_122_800_000L)]
    [InlineData(253_402_300_799_999L)] // the last millisecond of year 9999
    public void TimeIsThePlatformsRfc3339(long unixTimeMs)
    {
        using var line = JsonDocument.Parse(Line(new AccessRecord { UnixTimeMs = unixTimeMs }));
        Assert.Equal(
            DateTimeOffset.FromUnixTimeMilliseconds(unixTimeMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null),
            line.RootElement.GetProperty("time").GetString());
    }

    [Fact]
    public void AnyBytesMakeOneLineOfJson()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("NARU_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (replay with NARU_SEED={seed})");
        var random = new Random(seed);
        byte[][] pieces = ["\""u8.ToArray(), "\\"u8.ToArray(), "é"u8.ToArray(), "나"u8.ToArray(), "😀"u8.ToArray(), [0xFF], [0xE0, 0x80], [0x0A], "plain text"u8.ToArray()];
        var target = new byte[AccessLogLine.LineBytesMax];
        for (var i = 0; i < 5_000; i++)
        {
            byte[] Field() => [.. Enumerable.Range(0, random.Next(60)).SelectMany(_ => random.Next(3) == 0 ? [(byte)random.Next(256)] : pieces[random.Next(pieces.Length)])];
            var path = Field();
            var record = new AccessRecord { Method = Field(), Host = Field(), Path = path, UserAgent = Field(), RequestId = Field() };
            var line = target.AsSpan(0, AccessLogLine.Write(record, target));
            Assert.True(line.IndexOf((byte)'\n') == line.Length - 1, $"seed {seed}, line {i}");
            using var json = JsonDocument.Parse(Encoding.UTF8.GetString(line));
            if (path.Length is > 0 and <= AccessLogLine.PathBytesMax)
                Assert.True(Latin(path) == json.RootElement.GetProperty("path").GetString(), $"seed {seed}, line {i}");
        }
    }

    [Fact]
    public void ALineAllocatesNothing()
    {
        var target = new byte[AccessLogLine.LineBytesMax];
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            var record = Typical();
            record.Path = "/plain/\"\x01é\xFF"u8;
            for (var i = 0; i < 1000; i++)
                AccessLogLine.Write(record, target);
        }));
    }

    private static AccessRecord Typical() => new()
    {
        UnixTimeMs = 1_796_122_800_007,
        Listener = "web"u8,
        Client = new Endpoint([192, 0, 2, 1], 50000),
        Method = "GET"u8,
        Host = "shop.example.com"u8,
        Path = "/a?b=c"u8,
        Protocol = "HTTP/1.1"u8,
        Status = 200,
        Reason = EndReason.Completed,
        Route = "listeners[0].routes[2]"u8,
        Room = "concert"u8,
        Pool = "api"u8,
        Server = "10.0.0.11:8080"u8,
        BytesIn = 512,
        BytesOut = 20480,
        TotalUs = 12_345,
        QueueUs = 0,
        FirstByteUs = 11_002,
        Attempts = 1,
        RequestId = "4f2a"u8,
        UserAgent = "curl/8.5"u8,
    };

    private static string Line(in AccessRecord record)
    {
        var target = new byte[AccessLogLine.LineBytesMax];
        return Encoding.UTF8.GetString(target.AsSpan(0, AccessLogLine.Write(record, target)));
    }

    private static string Path(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("path").GetString()!;
    }

    /// <summary>UTF-8 where it is, each other byte as the character of its number.</summary>
    private static string Latin(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            var isCharacter = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            text.Append(isCharacter ? rune.ToString() : ((char)bytes[0]).ToString());
            bytes = bytes[(isCharacter ? length : 1)..];
        }
        return text.ToString();
    }
}
