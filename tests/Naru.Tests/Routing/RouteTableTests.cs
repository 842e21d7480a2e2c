using System.Text;
using Naru.Core.Routing;

namespace Naru.Tests.Routing;

public class RouteTableTests
{
    /// <summary>Each row: two routes that both match the request; the second must win wherever it stands in the file.</summary>
    [Theory]
    [InlineData("*.example.com", "a.example.com")]
    [InlineData("*.com", "*.example.com")]
    [InlineData("-", "*.com")]
    [InlineData("- /api/v1/x", "a.example.com /*")]
    [InlineData("*.example.com /api/v1/x GET a=1", "a.example.com")]
    [InlineData("- /api/v1/*", "- /api/v1/x")]
    [InlineData("- /api/*", "- /api/v1/*")]
    [InlineData("- - GET a=1", "- /api/*")]
    [InlineData("-", "- /api/*")]
    [InlineData("-", "- - GET")]
    [InlineData("- - - a=1", "- - GET")]
    [InlineData("-", "- - - a=1")]
    [InlineData("- - GET a=1", "- - GET a=1,b=*")]
    [InlineData("- /api/v1/*", "- /api/v1/* - b=*")]
    public void TheMoreSpecificRouteWinsWhereverItStands(string general, string specific)
    {
        var fields = new[] { "a: 1", "b: 2" };
        Assert.Equal(1, Routes.Table(general, specific).Find("a.example.com", "/api/v1/x", "GET", fields));
        Assert.Equal(0, Routes.Table(specific, general).Find("a.example.com", "/api/v1/x", "GET", fields));
        Assert.Equal(0, Routes.Table(general).Find("a.example.com", "/api/v1/x", "GET", fields));
    }

    [Theory]
    [InlineData("-", "-")]
    [InlineData("- /*", "-")]
    [InlineData("-", "- /*")]
    [InlineData("a.example.com /x GET", "a.example.com /x GET,POST")]
    [InlineData("- - - a=1", "- - - b=2")]
    public void EqualRoutesGoByTheOrderOfTheFile(string first, string second) =>
        Assert.Equal(0, Routes.Table(first, second).Find("a.example.com", "/x", "GET", "a: 1", "b: 2"));

    [Theory]
    [InlineData("- /api/*", "/api", true)]
    [InlineData("- /api/*", "/api/", true)]
    [InlineData("- /api/*", "/api/v1", true)]
    [InlineData("- /api/*", "/apix", false)]
    [InlineData("- /api/*", "/ap", false)]
    [InlineData("- /api/*", "/", false)]
    [InlineData("- /old", "/old", true)]
    [InlineData("- /old", "/old/", false)]
    [InlineData("- /old", "/older", false)]
    [InlineData("- /old", "/ol", false)]
    [InlineData("- /", "/", true)]
    [InlineData("- /", "/x", false)]
    [InlineData("- /*", "/", true)]
    [InlineData("- /*", "/x", true)]
    [InlineData("- /*", "*", true)]
    [InlineData("-", "*", true)]
    public void PathsMatchWholeSegments(string route, string path, bool matches) =>
        Assert.Equal(matches ? 0 : RouteTable.NoRoute, Routes.Table(route).Find("h", path));

    [Theory]
    [InlineData("*.example.com", "a.example.com", true)]
    [InlineData("*.example.com", "a.b.example.com", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", ".example.com", false)]
    [InlineData("*.example.com", "aexample.com", false)]
    [InlineData("*.example.com", "a.example.com.evil", false)]
    [InlineData("example.com", "example.com", true)]
    [InlineData("example.com", "a.example.com", false)]
    [InlineData("example.com", "", false)]
    [InlineData("-", "", true)]
    [InlineData("[2001:db8::1]", "[2001:db8::1]", true)]
    public void HostsMatchWholeLabels(string route, string host, bool matches) =>
        Assert.Equal(matches ? 0 : RouteTable.NoRoute, Routes.Table(route).Find(host, "/"));

    [Theory]
    [InlineData("- - GET,POST", "POST", true)]
    [InlineData("- - GET,POST", "post", false)]
    [InlineData("- - GET", "HEAD", false)]
    public void MethodsMatchByTheirExactBytes(string route, string method, bool matches) =>
        Assert.Equal(matches ? 0 : RouteTable.NoRoute, Routes.Table(route).Find("h", "/", method));

    [Theory]
    [InlineData("- - - x-beta=1", "x-beta: 1", true)]
    [InlineData("- - - x-beta=1", "x-beta: 10", false)]
    [InlineData("- - - x-beta=1", "x-alpha: 1", false)]
    [InlineData("- - - x-beta=*", "x-beta: whatever", true)]
    [InlineData("- - - x-beta=*", "x-alpha: 1", false)]
    [InlineData("- - - x-beta=1,x-alpha=1", "x-beta: 1", false)]
    public void AllFieldsOfARouteMustBeMet(string route, string field, bool matches) =>
        Assert.Equal(matches ? 0 : RouteTable.NoRoute, Routes.Table(route).Find("h", "/", "GET", field));

    [Fact]
    public void AFailedConditionFallsBackThroughEveryLessSpecificRoute()
    {
        string[] routes =
        [
            "a.b.c /x/y/z POST", "a.b.c /x/y/* POST", "a.b.c /x/* POST", "a.b.c - POST",
            "*.b.c /x/y/z POST", "*.b.c /x/* POST", "*.c /x/y/* POST", "- /x/y/z POST", "- /x/*",
        ];
        for (var from = 0; from < routes.Length; from++)
        {
            var table = Routes.Table(routes[from..]);
            Assert.Equal(0, table.Find("a.b.c", "/x/y/z", "POST"));
            Assert.Equal(routes.Length - 1 - from, table.Find("a.b.c", "/x/y/z", "GET"));
        }
    }

    [Fact]
    public void AnExactPathInsideALongerLabelIsNoPrefix()
    {
        var table = Routes.Table("- /api/v1/users", "- /api/v1/*", "- /ap/*");
        Assert.Equal(1, table.Find("h", "/api/v1/usersx"));
        Assert.Equal(RouteTable.NoRoute, table.Find("h", "/api/v2"));
        Assert.Equal(2, table.Find("h", "/ap/i"));
    }

    [Fact]
    public void AnEmptyTableFindsNothing() => Assert.Equal(RouteTable.NoRoute, new RouteTable([]).Find("h", "/"));

    [Fact]
    public void ALookUpAllocatesNothing()
    {
        var table = Routes.Table("shop.example.com /api/* POST", "*.example.com /api/* GET x-beta=1", "*.example.com /api/v1/*", "-");
        var names = new (byte[], byte[])[] { ("x-beta"u8.ToArray(), "2"u8.ToArray()) };
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (var i = 0; i < 1000; i++)
                Assert.True(table.Find(new RouteQuery("shop.example.com"u8, "/api/v1/x"u8, "GET"u8), new FieldList(names)) == 2);
        }));
    }

    /// <summary>Steps count tables, nodes and conditions, so that no clock is needed to see that the cost stays.</summary>
    [Fact]
    public void TenThousandHostsCostAsMuchAsOne()
    {
        var one = Steps(Routes.Table("host7.example.com /a/*", "*.w7.example.com /a/*"), "host7.example.com", "/a/b");
        var many = Routes.Table([.. Enumerable.Range(0, 10_000).SelectMany(i => new[] { $"host{i}.example.com /a/*", $"*.w{i}.example.com /a/*" })]);
        Assert.Equal(one, Steps(many, "host7.example.com", "/a/b"));
        Assert.Equal(one, Steps(many, "host9999.example.com", "/a/b"));
        Assert.Equal(Steps(many, "x.w1.example.com", "/a/b"), Steps(many, "x.w9999.example.com", "/a/b"));
    }

    [Theory]
    [InlineData("/service{0}/*", "/service{0}/x")]
    [InlineData("/{0}", "/{0}")]
    [InlineData("/a/b/c/d/{0}/e/*", "/a/b/c/d/{0}/e/f/g")]
    public void TenThousandPathsAddAStepOrTwoForEachTenfold(string pattern, string path)
    {
        RouteTable Table(int count) => Routes.Table(
            [.. Enumerable.Range(0, count).Select(i => "h " + string.Format(null, pattern, i))]);
        var one = Steps(Table(1), "h", string.Format(null, path, 0));
        var many = Table(10_000);
        var most = Enumerable.Range(0, 10_000).Max(i => Steps(many, "h", string.Format(null, path, i)));
        // A number of four digits forks the trie at most five times: once before each digit and once after the last.
        Assert.InRange(most, one, one + 5);
    }

    [Fact]
    public void OnlySuffixesThatAWildcardMayHaveAreAskedFor()
    {
        var host = string.Concat(Enumerable.Repeat("a.", 120)) + "example.org";
        var without = Steps(Routes.Table("example.net"), host, "/");
        // Of 121 suffixes `.example.org` alone has the length of `.example.com`.
        Assert.Equal(without + 1, Steps(Routes.Table("*.example.com"), host, "/"));
        Assert.Equal(without, Steps(Routes.Table("*.example.com"), "192.0.2.1", "/"));
    }

    private static int Steps(RouteTable table, string host, string path)
    {
        table.Find(new RouteQuery(Encoding.UTF8.GetBytes(host), Encoding.UTF8.GetBytes(path), "GET"u8), FieldList.Of(), out var steps);
        return steps;
    }
}
