using Naru.Core.Http;
using Naru.Core.Http1;
using static Naru.Tests.Http1.Requests;

namespace Naru.Tests.Http1;

public class CookieValuesTests
{
    [Theory]
    [InlineData("Cookie: a=1\r\n", "1")]
    [InlineData("Cookie: a=1; b=2; a=3\r\n", "1,3")]
    [InlineData("Cookie: aa=1; ba=2; A=3;a=\r\ncookie:a = 5;a=6\r\n", ",6")]
    [InlineData("Cookie: a=1\r\nX: a=2\r\nCookie: ;;; a=3 ;\r\n", "1,3")]
    [InlineData("Cookie: a=x=y; b=a=2; a=\"q\" ; b\r\n", "x=y,\"q\"")]
    [InlineData("Cookie: a\r\nCookie:\r\nCookie: ;;=;\r\n", null)]
    [InlineData("", null)]
    public void EveryValueOfTheNameIsFound(string fields, string? expected)
    {
        var data = Bytes("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        var (result, head) = Parse(data);
        Assert.Equal(ParseResult.Done, result);
        var values = new CookieValues(data, head, "a"u8);
        string? found = null;
        while (values.MoveNext())
            found = found == null ? Text(values.Current) : found + "," + Text(values.Current);
        Assert.Equal(expected, found);
    }
}
