using System.Net;
using Naru.Core.Config;
using Naru.Core.Net;
using Naru.Engine.WaitingRoom;
using Naru.Tests.Http1;

namespace Naru.Tests.WaitingRoom.Engine;

public class RoomVisitorTestTests
{
    private static readonly RoomVisitorTest Test = new(new RoomVisitorMatch
    {
        Paths = ["/health", "/assets/*"],
        Sources = new AddressSet([IPNetwork.Parse("10.0.0.0/8")]),
        Headers = [new HeaderSecret("x-probe", "s3cret"u8.ToArray())],
    });

    [Theory]
    [InlineData("/health", "", "192.0.2.1", true)]
    [InlineData("/%68ealth", "", "192.0.2.1", true)]
    [InlineData("//health?x=1", "", "192.0.2.1", true)]
    [InlineData("/health/more", "", "192.0.2.1", false)]
    [InlineData("/Health", "", "192.0.2.1", false)]
    [InlineData("/assets/a.css", "", "192.0.2.1", true)]
    // What leads out of the free folder is not in it.
    [InlineData("/assets/../checkout", "", "192.0.2.1", false)]
    [InlineData("/assets/%2e%2e/checkout", "", "192.0.2.1", false)]
    [InlineData("/checkout?/assets/", "", "192.0.2.1", false)]
    [InlineData("/checkout", "", "10.1.2.3", true)]
    [InlineData("/checkout", "X-Probe: s3cret\r\n", "192.0.2.1", true)]
    [InlineData("/checkout", "X-Probe: s3cre\r\n", "192.0.2.1", false)]
    [InlineData("/checkout", "X-Probe: s3crets\r\n", "192.0.2.1", false)]
    [InlineData("/checkout", "X-Probe: S3CRET\r\n", "192.0.2.1", false)]
    [InlineData("/checkout", "X-Probe:\r\n", "192.0.2.1", false)]
    // Named by Connection, the field is not forwarded, and is not looked at either.
    [InlineData("/checkout", "X-Probe: s3cret\r\nConnection: x-probe\r\n", "192.0.2.1", false)]
    public void VisitorsAreToldApartByPathSourceAndSecret(string target, string fields, string client, bool expected)
    {
        var data = Requests.Bytes($"GET {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        var (_, head) = Requests.Parse(data);
        Assert.Equal(expected, Test.Matches(data, head, Endpoint.From(new IPEndPoint(IPAddress.Parse(client), 1))));
    }

    [Fact]
    public void AnEmptyTestMatchesNobody() => Assert.True(new RoomVisitorTest(new RoomVisitorMatch()).IsEmpty);
}
