using System.Text;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Tests.WaitingRoom.Visitor;

public class AnotherSiteTests
{
    [Theory]
    [InlineData("", "", false)]
    [InlineData("same-origin", "", false)]
    [InlineData("same-site", "https://other.example", false)]
    [InlineData("none", "", false)]
    [InlineData("same-origin", "null", false)]
    [InlineData("cross-site", "", true)]
    [InlineData("cross-site", "https://shop.example:8443", true)]
    [InlineData("", "https://shop.example:8443", false)]
    [InlineData("", "https://Shop.Example:8443", false)]
    [InlineData("", "https://shop.example", true)]
    [InlineData("", "https://shop.example:8443.evil.example", true)]
    [InlineData("", "https://evil.example", true)]
    [InlineData("", "null", true)]
    [InlineData("", "shop.example:8443", true)]
    public void IsToldByFetchMetadataOrElseByTheOrigin(string fetchSite, string origin, bool expected) =>
        Assert.Equal(expected, AnotherSite.Asks(Encoding.ASCII.GetBytes(fetchSite), Encoding.ASCII.GetBytes(origin), "shop.example:8443"u8));
}
