using Naru.Core.Http;
using Naru.Core.Http1;
using static Naru.Tests.Http1.Requests;

namespace Naru.Tests.Http1;

public class RequestTargetTests
{
    [Theory]
    [InlineData("GET http://b.example/x?y HTTP/1.1", "/x", "y", "b.example")]
    [InlineData("GET HTTP://B.Example:81/x HTTP/1.1", "/x", "", "b.example:81")]
    [InlineData("GET https://b.example HTTP/1.1", "/", "", "b.example")]
    [InlineData("GET http://b.example?q HTTP/1.1", "/", "q", "b.example")]
    [InlineData("GET http://b.example/? HTTP/1.1", "/", "", "b.example")]
    [InlineData("OPTIONS http://b.example HTTP/1.1", "*", "", "b.example")]
    [InlineData("OPTIONS http://b.example/ HTTP/1.1", "/", "", "b.example")]
    [InlineData("GET http://[2001:DB8::1]:8080/ HTTP/1.1", "/", "", "[2001:db8::1]:8080")]
    public void AbsoluteTargetWinsOverHost(string line, string path, string query, string host)
    {
        var data = Bytes(line + "\r\nHost: a.example\r\n\r\n");
        var (result, head) = Parse(data);
        Assert.Equal(ParseResult.Done, result);
        Assert.Equal(TargetForm.Absolute, head.Form);
        Assert.Equal(path, Text(head.Path(data)));
        Assert.Equal(query, Text(head.Query(data)));
        Assert.Equal(host, Text(head.HostWithPort(data)));
        string rewritten = Text(Write(data, head));
        Assert.Contains($"\r\nHost: {host}\r\n", rewritten, StringComparison.Ordinal);
        Assert.DoesNotContain("a.example", rewritten, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", ParseResult.BadTarget)]
    [InlineData("a.example:80", ParseResult.BadTarget)]
    [InlineData("a/b", ParseResult.BadTarget)]
    [InlineData("?q", ParseResult.BadTarget)]
    [InlineData("ftp://a.example/", ParseResult.BadTarget)]
    [InlineData("http:/a.example/", ParseResult.BadTarget)]
    [InlineData("http://", ParseResult.BadTarget)]
    [InlineData("http:///x", ParseResult.BadHost)]
    [InlineData("http://a#b/", ParseResult.BadHost)]
    [InlineData("http://a\\b/", ParseResult.BadHost)]
    [InlineData("http://user@a.example/", ParseResult.UserInfo)]
    [InlineData("http://user:pw@a.example/", ParseResult.UserInfo)]
    [InlineData("/a#b", ParseResult.BadTarget)]
    [InlineData("/a\"b", ParseResult.BadTarget)]
    [InlineData("/a<b", ParseResult.BadTarget)]
    [InlineData("/a\\b", ParseResult.BadTarget)]
    [InlineData("/a^b", ParseResult.BadTarget)]
    [InlineData("/a`b", ParseResult.BadTarget)]
    [InlineData("/a{b}", ParseResult.BadTarget)]
    [InlineData("/\u00E9", ParseResult.BadTarget)]
    [InlineData("/?a#b", ParseResult.BadTarget)]
    [InlineData("/?a\"b", ParseResult.BadTarget)]
    [InlineData("/?a<b", ParseResult.BadTarget)]
    [InlineData("/?\u00E9", ParseResult.BadTarget)]
    [InlineData("/%", ParseResult.BadEscape)]
    [InlineData("/%0", ParseResult.BadEscape)]
    [InlineData("/%00", ParseResult.BadEscape)]
    [InlineData("/%zz", ParseResult.BadEscape)]
    [InlineData("/../x", ParseResult.PathAboveRoot)]
    [InlineData("/a/..%2fb", ParseResult.AmbiguousPath)]
    public void OddTargetIsRefused(string target, ParseResult expected) =>
        Assert.Equal(expected, Parse($"GET {target} HTTP/1.1\r\nHost: a.example\r\n\r\n").Result);

    [Fact]
    public void BytesThatBrowsersSendArePassedOn() => Assert.StartsWith(
        "GET /a|b[1]!$&'()*+,;=:@~?{x}`^\\|'%zz?/ HTTP/1.1\r\n",
        Rewrite("GET /a|b[1]!$&'()*+,;=:@~?{x}`^\\|'%zz?/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        StringComparison.Ordinal);

    [Fact]
    public void AsteriskIsForOptions()
    {
        var data = Bytes("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
        var (result, head) = Parse(data);
        Assert.Equal(ParseResult.Done, result);
        Assert.Equal(TargetForm.Asterisk, head.Form);
        Assert.StartsWith("OPTIONS * HTTP/1.1\r\n", Text(Write(data, head)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a/../b", "/b")]
    [InlineData("//a///b/./c/", "/a/b/c/")]
    [InlineData("/%61%2e%2E%2f%3a", "/a..%2F%3A")]
    [InlineData("/.well-known/x", "/.well-known/x")]
    public void MatchedPathIsTheForwardedPath(string raw, string canonical)
    {
        var data = Bytes($"GET {raw}?q=%2e%2e HTTP/1.1\r\nHost: a\r\n\r\n");
        var (_, head) = Parse(data);
        Assert.Equal(canonical, Text(head.Path(data)));
        Assert.StartsWith($"GET {canonical}?q=%2e%2e HTTP/1.1\r\n", Text(Write(data, head)), StringComparison.Ordinal);
    }

    [Fact]
    public void HostIsMatchedAndForwardedInCanonicalForm()
    {
        var data = Bytes("GET / HTTP/1.1\r\nHost: WWW.Example.COM.:8080\r\n\r\n");
        var (_, head) = Parse(data);
        Assert.Equal("www.example.com", Text(head.Host(data)));
        Assert.Equal("www.example.com:8080", Text(head.HostWithPort(data)));
        Assert.Contains("\r\nHost: www.example.com:8080\r\n", Text(Write(data, head)), StringComparison.Ordinal);
    }

    [Fact]
    public void NothingOfARequestShowsInTheNextOne()
    {
        var head = NewHead();
        Assert.Equal(ParseResult.Done, RequestParser.Parse(Bytes("OPTIONS http://B.example?q HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n"), head, HeadLimits.Default));
        var data = Bytes("GET /x HTTP/1.0\r\n\r\n");
        head.Reset();
        Assert.Equal(ParseResult.Done, RequestParser.Parse(data, head, HeadLimits.Default));
        Assert.Equal("/x", Text(head.Path(data)));
        Assert.False(head.HasQuery);
        Assert.False(head.HasHost);
        Assert.True(head.Host(data).IsEmpty);
        Assert.DoesNotContain("TE:", Text(Write(data, head)), StringComparison.Ordinal);
    }
}
