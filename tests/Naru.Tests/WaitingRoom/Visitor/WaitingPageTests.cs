using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Tests.WaitingRoom.Visitor;

public partial class WaitingPageTests
{
    /// <summary>The promise of the design; a phone on a poor network loads it in one go.</summary>
    private const int BudgetBytes = 30 * 1024;

    private static readonly WaitingPage Page = WaitingPage.BuiltIn("concert");
    private static readonly LocalizedPage English = Page.In("en"u8);
    private static readonly LocalizedPage Korean = Page.In("ko-KR"u8);

    [Fact]
    public void ThePageStaysWithinItsBudgetWhateverItShows()
    {
        foreach (var page in Page.Pages)
        {
            Assert.InRange(Bytes(Facts.Write(page, Facts.Of(Facts.Waiting))) + page.FieldLines.Length, 1, BudgetBytes);
            Assert.InRange(Bytes(Facts.Write(page, Facts.Prequeue())) + page.FieldLines.Length, 1, BudgetBytes);
            Assert.InRange(Bytes(Facts.Write(page, Facts.Slowed())) + page.FieldLines.Length, 1, BudgetBytes);
        }
    }

    [Fact]
    public void NothingIsLoadedFromElsewhere()
    {
        string html = Facts.Write(English, Facts.Of(Facts.Waiting));
        Assert.DoesNotMatch(@"(?i)<(img|iframe|video|audio|object|embed)\b|<script[^>]+src|rel=.?stylesheet|@import|url\(", html);
        // The draws are only a link, for who follows it.
        Assert.All(Link().Matches(html), link => Assert.Matches(@"^(|data:.*|/\.naru/rooms/concert/draws)$", link.Groups[1].Value));
    }

    /// <summary>A browser runs the script and takes the style only if the policy names their very bytes.</summary>
    [Fact]
    public void ThePolicyNamesTheScriptAndTheStyle()
    {
        string fields = Encoding.ASCII.GetString(Korean.FieldLines);
        var facts = Facts.Of(Facts.Waiting);
        foreach (string html in new[] { Facts.Write(Korean, facts), Facts.Write(Korean, Facts.Prequeue()) })
        {
            Assert.Contains($"script-src {Hash(html, "script")};", fields);
            Assert.Contains($"style-src {Hash(html, "style")};", fields);
            Assert.DoesNotMatch(@"<[a-z][^>]*\s(style|on[a-z]+)=", html);
        }

        Assert.Contains("default-src 'none'; ", fields);
        Assert.DoesNotContain("unsafe", fields);
    }

    /// <summary>Caches, search engines and browsers go by these.</summary>
    [Fact]
    public void TheFieldsAreFixed() => Assert.Equal(
        "Cache-Control: private, no-store\r\nX-Robots-Tag: noindex\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n"
        + "Content-Language: ko\r\nVary: Accept, Accept-Language, Accept-Encoding, Cookie\r\nContent-Security-Policy: default-src 'none'; script-src H; style-src H; "
        + "img-src data:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'\r\n",
        Sha().Replace(Encoding.ASCII.GetString(Korean.FieldLines), "H"));

    /// <summary>The script and the operator's templates live on these marks.</summary>
    [Fact]
    public void TheMarksOfTheBodyAreFixed() => Assert.Contains(
        """<body data-naru="concert" data-state="waiting" data-poll="7600" data-waited="1500000" data-opens-in="" data-resend="no" data-puzzle="" data-work="0">""",
        Facts.Write(English, Facts.Of(Facts.Waiting)));

    [Fact]
    public void EachLanguageIsSpokenThroughout()
    {
        string english = Facts.Write(Page.In("fr, en;q=0.5"u8), Facts.Of(Facts.Waiting));
        Assert.Contains("<html lang=\"en\">", english);
        Assert.Contains("<title>40,211 ahead of you</title>", english);
        Assert.Contains(">You are in line</h1>", english);
        Assert.Contains(">38–47 minutes</b>", english);
        Assert.DoesNotMatch("[가-힣]", english);
        string korean = Facts.Write(Page.In("ko-KR,ko;q=0.9,en;q=0.8"u8), Facts.Of(Facts.Waiting));
        Assert.Contains("<html lang=\"ko\">", korean);
        Assert.Contains("<title>40,211명 대기 중</title>", korean);
        Assert.Contains(">38~47분</b>", korean);
        Assert.DoesNotMatch("ahead of you|in line|Estimated", korean);
    }

    [Fact]
    public void WithoutJavaScriptThePageComesBackNoSoonerThanAsked()
    {
        string html = Facts.Write(English, Facts.Of(Facts.Waiting));
        Assert.Contains("<noscript><meta http-equiv=\"refresh\" content=\"8\"></noscript>", html);
        Assert.Contains("refreshes itself every 8 seconds", html);
        Assert.Equal(8, Facts.Of(Facts.Waiting).RetryAfterSeconds);
        Assert.Equal(1, VisitorFacts.RetryAfter(0));
        Assert.Equal(2, VisitorFacts.RetryAfter(2_000));
        Assert.Equal(3, VisitorFacts.RetryAfter(2_001));
    }

    [Fact]
    public void EverySceneHasItsWords()
    {
        AssertScene("prequeue", "You are here in time", Facts.Prequeue());
        AssertScene("slowed", "You will be in line in a moment", Facts.Slowed());
        AssertScene("paused", "The line is on hold", Facts.Of(Facts.Waiting with { Paused = true }));
        AssertScene("called", "It is your turn", Facts.Of(Facts.Waiting with { State = VisitorState.Called, Paused = true }));
        AssertScene("admitted", "You are in", Facts.Of(Facts.Waiting with { State = VisitorState.Admitted }));
        AssertScene("closed", "Closed for now", Facts.Of(Facts.Waiting with { State = VisitorState.Closed }, RoomPhase.Closed));
        AssertScene("scheduled", "Opening soon", Facts.Of(Facts.Waiting with { State = VisitorState.Closed }, RoomPhase.Scheduled));
        AssertScene("scheduled", "Opening soon", Facts.Of(Facts.Waiting with { State = VisitorState.Unknown }, RoomPhase.Scheduled));
        AssertScene("held", "One moment, please", Facts.Of(Facts.Waiting with { State = VisitorState.Unknown }));

        static void AssertScene(string state, string heading, in VisitorFacts facts)
        {
            string html = Facts.Write(English, facts);
            Assert.Contains($" data-state=\"{state}\" ", html);
            Assert.Contains($"<h1 data-field=\"heading\">{heading}</h1>", html);
        }
    }

    [Fact]
    public void ThePrequeueCountsDownAndCommitsToItsDraw()
    {
        string html = Facts.Write(English, Facts.Prequeue());
        Assert.Contains("data-opens-in=\"754000\"", html);
        Assert.Contains("datetime=\"2026-12-01T20:12:34+09:00\">2026-12-01 20:12:34 (UTC+09:00)</time>", html);
        Assert.Contains(">12–13 minutes</p>", html);
        Assert.Contains("<code>000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f</code>", html);
        Assert.Contains("<dt class=\"hide\">Seed</dt>", html);
    }

    [Fact]
    public void SlowedVisitorsGetTheirPuzzle() =>
        Assert.Contains("data-puzzle=\"0123456789abcdef\" data-work=\"14\"", Facts.Write(English, Facts.Slowed()));

    [Fact]
    public void TheOperatorsMessageIsTextAndNotMarkup()
    {
        var facts = new VisitorFacts { View = Facts.Waiting, Phase = RoomPhase.Open, NowMs = Facts.NowMs, Message = "<script>alert(\"1\")</script> & '좌석'"u8, Host = "\"><b>"u8 };
        string html = Facts.Write(English, facts);
        Assert.Contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;좌석&#39;", html);
        Assert.Contains("<p class=\"host\">&quot;&gt;&lt;b&gt;</p>", html);
        Assert.DoesNotContain("<script>alert", html);
        Assert.Contains("<section class=\"notice \">", html);
        Assert.Contains("<section class=\"notice hide\">", Facts.Write(English, Facts.Of(Facts.Waiting)));
    }

    [Fact]
    public void WhatWasSentIsSpokenOfOnlyWhenSomethingWas()
    {
        var facts = new VisitorFacts { View = Facts.Waiting, Phase = RoomPhase.Open, NowMs = Facts.NowMs, MustResend = true };
        Assert.Contains("data-resend=\"yes\"", Facts.Write(English, facts));
    }

    [Fact]
    public void ProgressIsTheShareOfTheTimeThatIsOver()
    {
        // 1,500 s waited, 2,550 s still expected.
        Assert.Contains("value=\"37\"", Facts.Write(English, Facts.Of(Facts.Waiting)));
        Assert.Contains("value=\"99\"", Facts.Write(English, Facts.Of(Facts.Waiting with { EtaLowS = 0, EtaHighS = 0 })));
        Assert.Contains("value=\"100\"", Facts.Write(English, Facts.Of(Facts.Waiting with { State = VisitorState.Called })));
        Assert.Contains("value=\"0\"", Facts.Write(English, Facts.Slowed()));
    }

    [Theory]
    [InlineData(0, 0, "any moment now", "곧")]
    [InlineData(3, 10, "any moment now", "곧")]
    [InlineData(38, 52, "35–55 seconds", "35~55초")]
    [InlineData(3, 12, "up to 15 seconds", "최대 15초")]
    [InlineData(40, 40, "about 40 seconds", "약 40초")]
    [InlineData(61, 91, "1–2 minutes", "1~2분")]
    [InlineData(59, 120, "up to 2 minutes", "최대 2분")]
    [InlineData(240, 240, "about 4 minutes", "약 4분")]
    [InlineData(5400, 5401, "1.5–2 hours", "1.5~2시간")]
    [InlineData(7200, 7200, "about 2 hours", "약 2시간")]
    [InlineData(100, 86400, "up to 24 hours", "최대 24시간")]
    [InlineData(300_000, 360_000, "more than two days", "이틀 이상")]
    public void TimeIsToldAsABandThatKeepsItsPromise(int lowS, int highS, string english, string korean)
    {
        var facts = Facts.Of(Facts.Waiting with { EtaLowS = lowS, EtaHighS = highS });
        Assert.Contains($"data-field=\"eta\">{english}</b>", Facts.Write(English, facts));
        Assert.Contains($"data-field=\"eta\">{korean}</b>", Facts.Write(Korean, facts));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1_000, "1,000")]
    [InlineData(812_345, "812,345")]
    [InlineData(1_234_567_890, "1,234,567,890")]
    public void NumbersAreGrouped(long ahead, string text) =>
        Assert.Contains($"<span data-field=\"ahead\">{text}</span>", Facts.Write(English, Facts.Of(Facts.Waiting with { Ahead = ahead })));

    [Fact]
    public void TheLongestPageFitsAndATooSmallTargetIsToldApart()
    {
        var view = new VisitorView(VisitorState.Prequeue, long.MinValue, long.MinValue, int.MaxValue, int.MaxValue, int.MaxValue, true, long.MinValue);
        var facts = new VisitorFacts
        {
            View = view,
            Phase = RoomPhase.Prequeue,
            NowMs = Facts.NowMs,
            IssuedMs = 1,
            OpensMs = 253_402_300_799_000,
            Host = Encoding.ASCII.GetBytes(new string('"', 255)),
            Message = Encoding.ASCII.GetBytes(new string('"', RoomLimits.MessageBytesMax)),
            Commitment = Facts.Seed,
            Seed = Facts.Seed,
            MustResend = true,
            Puzzle = ulong.MaxValue,
            WorkBits = 19,
        };
        foreach (var page in Page.Pages)
        {
            int length = page.Write(facts, new byte[WaitingPage.BytesMax]);
            Assert.InRange(length, 1, page.BytesMax);
            Assert.InRange(page.BytesMax, 1, WaitingPage.BytesMax);
            Assert.Equal(length, page.Write(facts, new byte[length]));
            int packed = page.WriteGzip(facts, new byte[WaitingPage.BytesMax]);
            Assert.InRange(packed, 1, page.BytesMax);
            for (int bytes = 0; bytes < length; bytes += 499)
                Assert.Equal(-1, page.Write(facts, new byte[bytes]));
            for (int bytes = 0; bytes < packed; bytes++)
                Assert.Equal(-1, page.WriteGzip(facts, new byte[bytes]));
        }
    }

    [Fact]
    public void PackedPageIsTheSamePageInLessThanHalfOfTheBytes()
    {
        foreach (var page in Page.Pages)
        {
            AssertSame(page, Facts.Of(Facts.Waiting));
            AssertSame(page, Facts.Prequeue());
            AssertSame(page, Facts.Slowed());
            AssertSame(page, new VisitorFacts { View = Facts.Waiting, Phase = RoomPhase.Open, NowMs = Facts.NowMs, Message = Encoding.ASCII.GetBytes(new string('"', 1024)) });
        }

        static void AssertSame(LocalizedPage page, in VisitorFacts facts)
        {
            var target = new byte[WaitingPage.BytesMax];
            int length = page.WriteGzip(facts, target);
            string html = Facts.Write(page, facts);
            // GZipStream itself checks neither sum.
            Assert.Equal(Bytes(html), BitConverter.ToInt32(target, length - 4));
            Assert.Equal(Crc32.Append(0, Encoding.UTF8.GetBytes(html)), BitConverter.ToUInt32(target, length - 8));
            using var gzip = new GZipStream(new MemoryStream(target, 0, length), CompressionMode.Decompress);
            using var reader = new StreamReader(gzip);
            Assert.Equal(html, reader.ReadToEnd());
            Assert.InRange(length - (facts.Message.IsEmpty ? 0 : 6 * facts.Message.Length), 1, Bytes(html) / 2);
        }
    }

    [Fact]
    public void PackedPageMayHoldMoreValuesThanOneBlock()
    {
        var page = WaitingPage.TryCompile("concert", string.Concat(Enumerable.Repeat("<p>{{message}}", 11)), null, [], [])!.Pages[0];
        var facts = new VisitorFacts { View = Facts.Waiting, Phase = RoomPhase.Open, NowMs = Facts.NowMs, Message = Encoding.ASCII.GetBytes(new string('"', 1024)) };
        var target = new byte[WaitingPage.BytesMax];
        using var gzip = new GZipStream(new MemoryStream(target, 0, page.WriteGzip(facts, target)), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        string html = reader.ReadToEnd();
        Assert.Equal(Facts.Write(page, facts), html);
        Assert.True(html.Length > ushort.MaxValue);
    }

    [Fact]
    public void SumsOfPartsMakeTheSumOfTheWhole()
    {
        // The check value of CRC-32 (RFC 1952; catalogue of parametrised CRC algorithms).
        Assert.Equal(0xcbf43926, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0xcbf43926, Crc32.Append(Crc32.Append(0, "1234"u8), "56789"u8));
        Assert.Equal(0xcbf43926, Crc32.Combine(Crc32.Append(0, "1234"u8), Crc32.Append(0, "56789"u8), Crc32.Shift(5)));
        Assert.Equal(0xcbf43926, Crc32.Combine(0, 0xcbf43926, Crc32.Shift(9)));
    }

    [Fact]
    public void WritingAllocatesNothing()
    {
        var target = new byte[WaitingPage.BytesMax];
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                English.WriteGzip(Facts.Of(Facts.Waiting), target);
                Page.In("ko-KR,ko;q=0.9"u8).Write(Facts.Of(Facts.Waiting), target);
                English.Write(Facts.Prequeue(), target);
                English.Write(Facts.Slowed(), target);
            }
        }));
    }

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    private static string Hash(string html, string element)
    {
        string body = Regex.Match(html, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline).Groups[1].Value;
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}'";
    }

    [GeneratedRegex("""\s(?:src|href)="([^"]*)""")]
    private static partial Regex Link();

    [GeneratedRegex("'sha256-[^']*'")]
    private static partial Regex Sha();
}
