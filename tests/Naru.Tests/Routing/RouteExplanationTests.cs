using Naru.Core.Routing;

namespace Naru.Tests.Routing;

public class RouteExplanationTests
{
    [Fact]
    public void EveryRouteIsListedByPrecedenceWithItsReason()
    {
        var explained = Routes.Table(
            "-",
            "- /api/*",
            "*.example.com /api/* GET,POST",
            "shop.example.com /api/v1 - x-beta=1",
            "shop.example.com /old",
            "shop.example.com /api/* DELETE,PUT",
            "shop.example.com /api/v1 - x-alpha=*",
            "*.example.org").Explain("shop.example.com", "/api/v1", "GET", "x-beta: 2");
        string[] lines = [.. explained.Candidates.Select(c => $"{c.Name} {c.Match} | {c.Verdict}: {c.Why}")];
        Assert.Equal(
        [
            "routes[3] host shop.example.com, path /api/v1, header x-beta = \"1\" | HeaderDiffers: header x-beta is \"2\", not \"1\"",
            "routes[6] host shop.example.com, path /api/v1, header x-alpha | HeaderDiffers: header x-alpha is not there",
            "routes[4] host shop.example.com, path /old | PathDiffers: path /api/v1 is not /old",
            "routes[5] host shop.example.com, path /api/*, method DELETE, PUT | MethodDiffers: method GET is not DELETE or PUT",
            "routes[2] host *.example.com, path /api/*, method GET, POST | Wins: matches, and no more specific route does",
            "routes[7] host *.example.org | HostDiffers: host shop.example.com is not below example.org",
            "routes[1] path /api/* | Outranked: matches too, but routes[2] has the more specific host",
            "routes[0] everything | Outranked: matches too, but routes[2] has the more specific host",
        ], lines);
        Assert.Equal(2, explained.Winner);
        Assert.True(explained.Steps > 0);
    }

    [Theory]
    [InlineData("- /a/*", "-", "has the more specific path")]
    [InlineData("- - GET", "- - - f=1,g=1", "asks for a method")]
    [InlineData("- - - f=1,g=1", "- - - f=1", "asks for more headers")]
    [InlineData("- - - f=1", "- - - g=1", "comes first in the file")]
    public void AnOutrankedRouteTellsTheRuleThatDecided(string winner, string other, string rule)
    {
        var explained = Routes.Table(winner, other).Explain("h", "/a/b", "GET", "f: 1", "g: 1");
        Assert.Equal(0, explained.Winner);
        Assert.Equal($"matches too, but routes[0] {rule}", explained.Candidates[1].Why);
    }

    [Fact]
    public void WithoutAMatchThereIsNoWinner()
    {
        var explained = Routes.Table("a.example /x").Explain("", "/x");
        Assert.Equal(RouteTable.NoRoute, explained.Winner);
        Assert.Equal("the request names no host", explained.Candidates[0].Why);
    }
}
