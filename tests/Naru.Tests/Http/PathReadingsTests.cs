using System.Text;
using Naru.Core.Http;

namespace Naru.Tests.Http;

public class PathReadingsTests
{
    /// <summary>The readings: escapes decoded, parameters cut, both.</summary>
    [Theory]
    [InlineData("/a%2Fb", "/a/b", "/a%2Fb", "/a/b")]
    [InlineData("/%2Fa", "/a", "/%2Fa", "/a")]
    [InlineData("/a%2F", "/a/", "/a%2F", "/a/")]
    [InlineData("/a%5Cb", "/a/b", "/a%5Cb", "/a/b")]
    [InlineData("/a%28b%29", "/a(b)", "/a%28b%29", "/a(b)")]
    [InlineData("/a;x=1/b", "/a;x=1/b", "/a/b", "/a/b")]
    [InlineData("/;x/a", "/;x/a", "/a", "/a")]
    [InlineData("/a/;x", "/a/;x", "/a/", "/a/")]
    [InlineData("/a%3Bx/b", "/a;x/b", "/a/b", "/a/b")]
    [InlineData("/a;x%2Fb/c", "/a;x/b/c", "/a/c", "/a/b/c")]
    [InlineData("/a%252Fb;", "/a%252Fb;", "/a%252Fb", "/a%252Fb")]
    public void AreWhatOriginsMakeOfThePath(string path, string decoded, string cut, string both)
    {
        Assert.True(PathReadings.MayDiffer(Bytes(path)));
        Assert.Equal([decoded, cut, both], Enumerable.Range(1, PathReadings.Count).Select(reading => Read(path, reading)));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/a/b.c")]
    [InlineData("/%ED%95%9C%EA%B8%80")]
    [InlineData("/a%20b%22%3C%25")]
    public void AreOneWhereNothingCanBeReadOtherwise(string path)
    {
        Assert.False(PathReadings.MayDiffer(Bytes(path)));
        Assert.All(Enumerable.Range(1, PathReadings.Count), reading => Assert.Equal(path, Read(path, reading)));
    }

    private static string Read(string path, int reading)
    {
        var target = new byte[path.Length];
        return Encoding.ASCII.GetString(target, 0, PathReadings.Write(Bytes(path), reading, target));
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
