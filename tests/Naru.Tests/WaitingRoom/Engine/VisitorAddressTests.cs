using System.Net;
using Naru.Core.Http;
using Naru.Core.Net;
using Naru.Engine.WaitingRoom;
using Naru.Tests.Http1;

namespace Naru.Tests.WaitingRoom.Engine;

public class VisitorAddressTests
{
    private static readonly AddressSet Trusted = new([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")]);

    [Theory]
    // A stranger says what he likes.
    [InlineData("192.0.2.7", "X-Forwarded-For: 1.1.1.1\r\n", "192.0.2.7")]
    // A proxy is believed about who came to it, and about nobody before.
    [InlineData("10.0.0.1", "X-Forwarded-For: 1.1.1.1\r\n", "1.1.1.1")]
    [InlineData("10.0.0.1", "X-Forwarded-For: 9.9.9.9, 1.1.1.1\r\n", "1.1.1.1")]
    [InlineData("10.0.0.1", "X-Forwarded-For: 9.9.9.9, 1.1.1.1 , 10.3.3.3\r\n", "1.1.1.1")]
    [InlineData("10.0.0.1", "X-Forwarded-For: 9.9.9.9, 1.1.1.1\r\nA: b\r\nX-Forwarded-For: 10.3.3.3\r\n", "1.1.1.1")]
    [InlineData("10.0.0.1", "X-Forwarded-For: 10.2.2.2, 10.3.3.3\r\n", "10.2.2.2")]
    [InlineData("10.0.0.1", "X-Forwarded-For: 1.1.1.1:8080\r\n", "1.1.1.1")]
    [InlineData("10.0.0.1", "X-Forwarded-For: [2001:db8::1]:443\r\n", "2001:db8::1")]
    [InlineData("fd00::1", "X-Forwarded-For: 2001:db8::1\r\n", "2001:db8::1")]
    // Nonsense ends the chain at the last hop that was understood.
    [InlineData("10.0.0.1", "X-Forwarded-For: 1.1.1.1, unknown\r\n", "10.0.0.1")]
    [InlineData("10.0.0.1", "X-Forwarded-For: 1.1.1.1, [::1\r\n", "10.0.0.1")]
    [InlineData("10.0.0.1", "X-Forwarded-For: 1.1.1.1, 010.0.0.1\r\n", "10.0.0.1")]
    [InlineData("10.0.0.1", "X-Forwarded-For: ,,,\r\n", "10.0.0.1")]
    [InlineData("10.0.0.1", "X-Forwarded-For:\r\n", "10.0.0.1")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    public void VisitorIsTheLastWhomNoTrustedProxyIs(string client, string fields, string expected)
    {
        var data = Requests.Bytes("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        var (result, head) = Requests.Parse(data);
        Assert.Equal(ParseResult.Done, result);
        var visitor = VisitorAddress.Of(data, head, Endpoint.From(new IPEndPoint(IPAddress.Parse(client), 1)), Trusted);
        Assert.Equal(expected, visitor.ToIPEndPoint().Address.ToString());
    }

    [Fact]
    public void ALongInventedChainIsNotFollowedToItsEnd()
    {
        string chain = string.Join(", ", Enumerable.Repeat("10.1.1.1", 5000));
        var data = Requests.Bytes($"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1, {chain}\r\n\r\n");
        var (_, head) = Requests.Parse(data);
        var visitor = VisitorAddress.Of(data, head, Endpoint.From(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 1)), Trusted);
        Assert.Equal("10.1.1.1", visitor.ToIPEndPoint().Address.ToString());
    }
}
