using System.Text;
using Naru.Engine.Store.Redis.Resp;
using Naru.Tests.Balancing;

namespace Naru.Tests.Store.Redis;

public class RespReaderTests
{
    /// <summary>One of each type of RESP3, as the specification writes them, with what it means.</summary>
    public static readonly TheoryData<string, string> Replies = new()
    {
        { "+OK\r\n", "OK" },
        { "-ERR no such key\r\n", "error ERR no such key" },
        { ":1000\r\n", "1000" },
        { ":-7\r\n", "-7" },
        { ":+7\r\n", "7" },
        { ":9223372036854775807\r\n", "9223372036854775807" },
        { "$5\r\nhello\r\n", "hello" },
        { "$0\r\n\r\n", "" },
        { "$4\r\n\r\n\r\n\r\n", "\r\n\r\n" },
        { "$-1\r\n", "null" },
        { "*-1\r\n", "null" },
        { "_\r\n", "null" },
        { ",1.23\r\n", "1.23" },
        { ",-inf\r\n", "-inf" },
        { ",nan\r\n", "nan" },
        { ",1e300\r\n", "1e300" },
        { "#t\r\n", "1" },
        { "#f\r\n", "0" },
        { "(3492890328409238509324850943850943825024385\r\n", "3492890328409238509324850943850943825024385" },
        { "!21\r\nSYNTAX invalid syntax\r\n", "error SYNTAX invalid syntax" },
        { "=15\r\ntxt:Some string\r\n", "Some string" },
        { "*3\r\n:1\r\n$1\r\na\r\n_\r\n", "Array[1, a, null]" },
        { "*0\r\n", "Array[]" },
        { "*2\r\n*1\r\n*0\r\n:2\r\n", "Array[Array[Array[]], 2]" },
        { "%2\r\n+first\r\n:1\r\n+second\r\n*1\r\n#t\r\n", "Map[first, 1, second, Array[1]]" },
        { "~2\r\n+a\r\n:2\r\n", "Set[a, 2]" },
        { ">2\r\n+message\r\n+text\r\n", "Push[message, text]" },
        { "|1\r\n+ttl\r\n:3600\r\n:5\r\n", "5" },
        { "*2\r\n|1\r\n+ttl\r\n:3600\r\n:5\r\n|0\r\n:6\r\n", "Array[5, 6]" },
        { "$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;2\r\nld\r\n;0\r\n", "Hello world" },
        { "$?\r\n;0\r\n", "" },
        { "*?\r\n:1\r\n*?\r\n.\r\n:2\r\n.\r\n", "Array[1, Array[], 2]" },
        { "%?\r\n+a\r\n:1\r\n.\r\n", "Map[a, 1]" },
    };

    public static readonly TheoryData<string> BrokenReplies =
    [
        "\r\n", "hello\r\n", "HTTP/1.1 400 Bad Request\r\n", "\0\r\n",
        "+a\n", "+a\rb\r\n", ":\r\n", ":1a\r\n", ":--1\r\n", ":+-1\r\n", ": 1\r\n", ":9223372036854775808\r\n",
        "$\r\n", "$-2\r\n", "$+1\r\na\r\n", "$1\r\nab\r\n", "$1\r\na\n\n", "$99999999999999999999\r\n", "$2147483648\r\n", "$1x\r\n",
        "*\r\n", "*-2\r\n", "*99999999999\r\n", "*4294967297\r\n", "%-1\r\n", "~-1\r\n", "%3000000000\r\n",
        "#\r\n", "#true\r\n", "_x\r\n", ",\r\n", ",x\r\n", ",infinity\r\n", ",1.2.3\r\n", "(\r\n", "(1a\r\n", "(-\r\n",
        "=3\r\ntxt\r\n", "=5\r\nabcde\r\n", "!-1\r\n", ";1\r\na\r\n", ".\r\n", "*1\r\n.\r\n", "%?\r\n+a\r\n.\r\n", "$?\r\n:1\r\n", "$?\r\n+a\r\n", "*1\r\n>1\r\n:1\r\n", "*?\r\n.x\r\n",
    ];

    [Theory]
    [MemberData(nameof(Replies))]
    public void EveryTypeIsReadWhole(string bytes, string expected) => Assert.Equal(expected, Assert.Single(ReadAll(bytes, bytes.Length)));

    [Theory]
    [MemberData(nameof(Replies))]
    public void EveryTypeIsReadByteByByte(string bytes, string expected) => Assert.Equal(expected, Assert.Single(ReadAll(bytes, 1)));

    [Fact]
    public void RepliesInARowAreReadInAnySplit() => Seeded.Run(200, random =>
    {
        var all = Replies.Select(r => r.Data).OrderBy(_ => random.Next()).ToArray();
        string bytes = string.Concat(all.Select(r => r.Item1));
        Assert.Equal(all.Select(r => r.Item2), ReadAll(bytes, () => random.Next(1, 40)));
    });

    [Theory]
    [MemberData(nameof(BrokenReplies))]
    public void WhatIsNoRespIsRefused(string bytes)
    {
        Assert.NotNull(Fault(bytes, bytes.Length));
        Assert.NotNull(Fault(bytes, 1));
    }

    [Fact]
    public void WhatIsCutShortIsNeverAValue()
    {
        foreach (var row in Replies)
            for (int length = 0; length < row.Data.Item1.Length; length++)
                Assert.Empty(ReadAll(row.Data.Item1[..length], 7));
    }

    [Fact]
    public void ChangedBytesNeitherThrowNorHoldTheReader() => Seeded.Run(2_000, random =>
    {
        var bytes = Encoding.Latin1.GetBytes(string.Concat(Replies.Select(r => r.Data.Item1).OrderBy(_ => random.Next()).Take(6)));
        for (int changes = random.Next(1, 6); changes > 0; changes--)
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"0123456789*$%~>|;.\r\n-?"[random.Next(22)];
        var reader = new RespReader();
        ReadOnlySpan<byte> rest = bytes;
        while (reader.Read(rest, out int consumed, out _) == RespStep.Value)
        {
            Assert.True(consumed > 0);
            rest = rest[consumed..];
        }
    });

    [Theory]
    [InlineData("+0123456789abcdefX\r\n", "+0123456789abcde\r\n")]
    [InlineData("$33\r\n", "$32\r\n01234567890123456789012345678901\r\n")]
    [InlineData("$?\r\n;20\r\n01234567890123456789\r\n;13\r\n", "$?\r\n;20\r\n01234567890123456789\r\n;12\r\n012345678901\r\n;0\r\n")]
    [InlineData("*9\r\n", "*8\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n")]
    [InlineData("%5\r\n", "%4\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n")]
    [InlineData("*2\r\n*4\r\n:1\r\n:1\r\n:1\r\n:1\r\n*4\r\n:1\r\n:1\r\n:1\r\n:1\r\n", "*2\r\n*3\r\n:1\r\n:1\r\n:1\r\n*3\r\n:1\r\n:1\r\n:1\r\n")]
    [InlineData("*?\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n", "*?\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n.\r\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n", "*1\r\n*1\r\n*1\r\n:1\r\n")]
    [InlineData("*4\r\n$30\r\n012345678901234567890123456789\r\n$30\r\n012345678901234567890123456789\r\n$30\r\n0123456789012345678901234567", "*2\r\n$30\r\n012345678901234567890123456789\r\n$30\r\n012345678901234567890123456789\r\n")]
    public void EachLimitIsReached(string beyond, string within)
    {
        var limits = new RespLimits { LineBytesMax = 16, BulkBytesMax = 32, ItemsMax = 8, DepthMax = 3, ReplyBytesMax = 100 };
        Assert.NotNull(Fault(beyond, 5, limits));
        Assert.Single(ReadAll(within, () => 5, limits));
    }

    [Fact]
    public void AnnouncedBytesAreNotAllocatedBeforeTheyCome()
    {
        var reader = new RespReader();
        var announced = "*200000\r\n$16000000\r\n"u8.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(RespStep.NeedMore, reader.Read(announced, out _, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [Fact]
    public void BinaryStringsComeThroughUnchanged()
    {
        var all = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        byte[] bytes = [.. "$256\r\n"u8, .. all, .. "\r\n"u8];
        Assert.Equal(RespStep.Value, new RespReader().Read(bytes, out _, out var value));
        Assert.Equal(all, value.Bytes);
    }

    private static List<string> ReadAll(string bytes, int pieceBytes) => ReadAll(bytes, () => pieceBytes);

    private static List<string> ReadAll(string bytes, Func<int> pieceBytes, RespLimits? limits = null)
    {
        var values = new List<string>();
        string? fault = Read(bytes, pieceBytes, limits, values);
        Assert.Null(fault);
        return values;
    }

    private static string? Fault(string bytes, int pieceBytes, RespLimits? limits = null) => Read(bytes, () => pieceBytes, limits, []);

    private static string? Read(string text, Func<int> pieceBytes, RespLimits? limits, List<string> values)
    {
        var reader = new RespReader(limits ?? RespLimits.Default);
        ReadOnlySpan<byte> bytes = Encoding.Latin1.GetBytes(text);
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, pieceBytes())];
            bytes = bytes[piece.Length..];
            while (reader.Read(piece, out int consumed, out var value) is var step && step != RespStep.NeedMore)
            {
                if (step == RespStep.Broken)
                    return reader.Fault ?? "no words";
                values.Add(value.ToString());
                piece = piece[consumed..];
            }
        }

        return null;
    }
}
