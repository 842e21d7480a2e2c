using System.Text;
using Naru.Core.Http;

namespace Naru.Tests.Http;

public class CanonicalPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a;b=c/d", "/a;b=c/d")]
    [InlineData("//", "/")]
    [InlineData("//a", "/a")]
    [InlineData("/a//b///", "/a/b/")]
    [InlineData("/.", "/")]
    [InlineData("/./", "/")]
    [InlineData("/a/.", "/a/")]
    [InlineData("/a/./", "/a/")]
    [InlineData("/a/..", "/")]
    [InlineData("/a/../", "/")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a/b/../c", "/a/c")]
    [InlineData("/a//../b", "/b")]
    [InlineData("/a/b/../../c", "/c")]
    [InlineData("/%2e/a", "/a")]
    [InlineData("/a/%2E%2e/b", "/b")]
    [InlineData("/...", "/...")]
    [InlineData("/..a/.b", "/..a/.b")]
    [InlineData("/%7Euser/%41%2d%5f", "/~user/A-_")]
    [InlineData("/a%2fb%5cc", "/a%2Fb%5Cc")]
    [InlineData("/%e3%81%82", "/%E3%81%82")]
    [InlineData("/%252e%252E/", "/%252e%252E/")]
    [InlineData("/a%20b%3f", "/a%20b%3F")]
    [InlineData("/a;..", "/a;..")]
    [InlineData("/..a;b", "/..a;b")]
    public void PathHasOneForm(string raw, string canonical)
    {
        var (result, path) = Canonicalise(raw);
        Assert.Equal(ParseResult.Done, result);
        Assert.Equal(canonical, path);
        Assert.Equal((ParseResult.Done, canonical), Canonicalise(canonical));
    }

    [Theory]
    [InlineData("/..", ParseResult.PathAboveRoot)]
    [InlineData("/../", ParseResult.PathAboveRoot)]
    [InlineData("/a/../..", ParseResult.PathAboveRoot)]
    [InlineData("/%2e%2e/a", ParseResult.PathAboveRoot)]
    [InlineData("//..", ParseResult.PathAboveRoot)]
    [InlineData("/%", ParseResult.BadEscape)]
    [InlineData("/a%2", ParseResult.BadEscape)]
    [InlineData("/%2/a", ParseResult.BadEscape)]
    [InlineData("/%g0", ParseResult.BadEscape)]
    [InlineData("/%0g", ParseResult.BadEscape)]
    [InlineData("/%%32e", ParseResult.BadEscape)]
    [InlineData("/a%00", ParseResult.BadEscape)]
    [InlineData("/..;", ParseResult.AmbiguousPath)]
    [InlineData("/a/..;x=y/b", ParseResult.AmbiguousPath)]
    [InlineData("/a/.;/b", ParseResult.AmbiguousPath)]
    [InlineData("/a/%2e%2e;/b", ParseResult.AmbiguousPath)]
    [InlineData("/a/..%3b/b", ParseResult.AmbiguousPath)]
    [InlineData("/a/..%2fb", ParseResult.AmbiguousPath)]
    [InlineData("/a%2F..", ParseResult.AmbiguousPath)]
    [InlineData("/a%2F../b", ParseResult.AmbiguousPath)]
    [InlineData("/a%5c..%5cb", ParseResult.AmbiguousPath)]
    [InlineData("/a%5c.%2e", ParseResult.AmbiguousPath)]
    [InlineData("/a;x%2f..;y", ParseResult.AmbiguousPath)]
    [InlineData("/%2f.%2f", ParseResult.AmbiguousPath)]
    public void PathThatAnOriginMayReadOtherwiseIsRefused(string raw, ParseResult expected) => Assert.Equal(expected, Canonicalise(raw).Result);

    /// <summary>Seeded: 200,000 paths made of what makes trouble.</summary>
    [Fact]
    public void CanonicalFormIsStableAndFreeOfDotSegments()
    {
        string[] parts = ["/", "/", "//", ".", "..", "%2e", "%2E", "%2f", "%5C", "%5c", ";", "%3b", "a", "b", "%41", "%zz", "%c3", "%00", "%25", "~", "+"];
        const int Seed = 20261120;
        var random = new Random(Seed);
        int accepted = 0;
        var raw = new StringBuilder();
        for (int n = 0; n < 200_000; n++)
        {
            raw.Clear().Append('/');
            for (int left = random.Next(10); left > 0; left--)
                raw.Append(parts[random.Next(parts.Length)]);
            string path = raw.ToString();
            var (result, canonical) = Canonicalise(path);
            if (result != ParseResult.Done)
                continue;
            accepted++;
            Assert.True((ParseResult.Done, canonical) == Canonicalise(canonical), $"seed {Seed}: {path} gives {canonical}, which is not stable");
            Assert.True(canonical.Length <= path.Length && canonical[0] == '/' && !canonical.Contains("//", StringComparison.Ordinal), $"seed {Seed}: {path}");
            Assert.True(!HasDotSegment(canonical), $"seed {Seed}: {path} gives {canonical}");
            // as an origin reads it that decodes slashes and cuts parameters, in either order
            string decoded = canonical.Replace("%2F", "/", StringComparison.Ordinal).Replace("%5C", "/", StringComparison.Ordinal).Replace("%3B", ";", StringComparison.Ordinal);
            Assert.True(!HasDotSegment(CutParameters(decoded)), $"seed {Seed}: {path} gives {canonical}");
        }

        Assert.InRange(accepted, 20_000, 180_000);
    }

    [Fact]
    public void PlainPathIsItsOwnCanonicalForm()
    {
        var random = new Random(7);
        for (int n = 0; n < 50_000; n++)
        {
            string path = "/" + new string([.. Enumerable.Range(0, random.Next(8)).Select(_ => "/.a;%2"[random.Next(6)])]);
            if (CanonicalPath.IsPlain(Encoding.ASCII.GetBytes(path)))
                Assert.Equal((ParseResult.Done, path), Canonicalise(path));
        }
    }

    private static bool HasDotSegment(string path) => path.Split('/').Any(s => s is "." or "..");

    private static string CutParameters(string path) => string.Join('/', path.Split('/').Select(s => s.Split(';')[0]));

    private static (ParseResult Result, string Path) Canonicalise(string raw)
    {
        var bytes = Encoding.ASCII.GetBytes(raw);
        var target = new byte[bytes.Length];
        var result = CanonicalPath.Write(bytes, target, out int length);
        return (result, result == ParseResult.Done ? Encoding.ASCII.GetString(target, 0, length) : "");
    }
}
