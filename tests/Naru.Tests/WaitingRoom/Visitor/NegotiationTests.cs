using System.Text;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Tests.WaitingRoom.Visitor;

public class NegotiationTests
{
    private static readonly byte[][] Languages = [.. new[] { "en", "ko", "zh-hant", "pt" }.Select(Encoding.ASCII.GetBytes)];

    [Theory]
    [InlineData("", "en")]
    [InlineData("ko", "ko")]
    [InlineData("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko")]
    [InlineData("en-US,en;q=0.9,ko;q=0.8", "en")]
    [InlineData("KO-kr", "ko")]
    [InlineData("ja,ko;q=0.5,en;q=0.4", "ko")]
    [InlineData("en;q=0.2, ko;q=0.3", "ko")]
    [InlineData("ko;q=0, en", "en")]
    [InlineData("ko;q=0", "en")]
    [InlineData("fr, *", "en")]
    [InlineData("zh-Hant-TW", "zh-hant")]
    [InlineData("zh", "en")]
    [InlineData("pt-BR;q=1.000", "pt")]
    [InlineData("ko;q=1.0001, pt;q=0.001", "pt")]
    [InlineData("ko ; q=0.5 , pt; q=0.7", "pt")]
    [InlineData(";;,,;q=,-, ko;q=x", "en")]
    [InlineData("kor, pt", "pt")]
    public void TheLanguageLikedBestIsChosen(string field, string language) =>
        Assert.Equal(language, Encoding.ASCII.GetString(Languages[AcceptLanguage.Choose(Encoding.UTF8.GetBytes(field), Languages)]));

    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("application/json", true)]
    [InlineData("Application/JSON; charset=utf-8", true)]
    [InlineData("application/json, text/plain, */*", true)]
    [InlineData("application/problem+json", true)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", false)]
    [InlineData("text/html, application/json;q=0.9", false)]
    [InlineData("text/html;q=0.5, application/json", true)]
    [InlineData("application/json;q=0", false)]
    [InlineData("application/*", false)]
    [InlineData("application/+json", false)]
    public void WhoNamesJsonGetsIt(string field, bool json) => Assert.Equal(json, AcceptsJson.In(Encoding.UTF8.GetBytes(field)));

    [Theory]
    [InlineData("", false)]
    [InlineData("*", false)]
    [InlineData("gzip", true)]
    [InlineData("gzip, deflate, br, zstd", true)]
    [InlineData("br;q=1.0, GZIP;q=0.1", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("gzip;q=0.000, deflate", false)]
    [InlineData("x-gzip", true)]
    [InlineData("identity, zgzip, gzipx", false)]
    public void WhoNamesGzipGetsIt(string field, bool gzip) => Assert.Equal(gzip, AcceptsGzip.In(Encoding.UTF8.GetBytes(field)));

    [Fact]
    public void LongListsAreReadToAnEnd()
    {
        var field = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("x-y,", 10_000)) + "ko,application/json");
        Assert.Equal(0, AcceptLanguage.Choose(field, Languages));
        Assert.False(AcceptsJson.In(field));
    }

    [Fact]
    public void ReadingAllocatesNothing()
    {
        var field = "ja-JP,ko-KR;q=0.9,application/json;q=0.8,*/*;q=0.1"u8.ToArray();
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                AcceptLanguage.Choose(field, Languages);
                AcceptsJson.In(field);
                AcceptsGzip.In(field);
            }
        }));
    }
}
