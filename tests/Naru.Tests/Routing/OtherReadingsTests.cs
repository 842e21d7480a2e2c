using System.Text;
using Naru.Core.Http;
using Naru.Core.Routing;

namespace Naru.Tests.Routing;

/// <summary>Paths that go around a route if an origin reads them in another way than Naru.</summary>
public class OtherReadingsTests
{
    [Theory]
    [InlineData("/booking%2Findex.html")]
    [InlineData("/%2Fbooking/")]
    [InlineData("/booking%2F")]
    [InlineData("/booking%5Cx")]
    [InlineData("/booking;x=1/x")]
    [InlineData("/booking;x")]
    [InlineData("/;x/booking")]
    [InlineData("/booking%3Bx/y")]
    [InlineData("/seat%281%29/x")]
    public void APathThatAnOriginMayReadAsOneOfAnotherRouteIsAmbiguous(string path)
    {
        Assert.True(IsAmbiguous(Routes.Table("- /booking/*", "- /seat(1)/*", "-"), path));
        Assert.True(IsAmbiguous(Routes.Table("- /booking/*", "- /seat(1)/*"), path), "without a route for the rest");
    }

    [Theory]
    [InlineData("/booking/a%2Fb")]
    [InlineData("/booking/index.html;jsessionid=1")]
    [InlineData("/shop/group%2Fproject")]
    [InlineData("/shop/%ED%95%9C;a")]
    [InlineData("/@scope%2Fname")]
    [InlineData("/")]
    public void APathOfOneRouteInEveryReadingIsNot(string path) =>
        Assert.False(IsAmbiguous(Routes.Table("- /booking/*", "-"), path));

    [Fact]
    public void ARouteThatNamesTheSpellingMeansIt()
    {
        var table = Routes.Table("- /projects/a%2Fb", "- /projects/a/b", "- /projects/*");

        Assert.False(IsAmbiguous(table, "/projects/a%2Fb"));
        Assert.True(IsAmbiguous(table, "/projects%2Fa%2Fb"));
    }

    [Fact]
    public void TheHostIsThatOfTheRequest()
    {
        var table = Routes.Table("shop.example.com /booking/*", "-");

        Assert.True(IsAmbiguous(table, "/booking%2Fx", "shop.example.com"));
        Assert.False(IsAmbiguous(table, "/booking%2Fx", "other.example.com"));
    }

    private static bool IsAmbiguous(RouteTable table, string path, string host = "test")
    {
        var query = new RouteQuery(Encoding.ASCII.GetBytes(host), Encoding.ASCII.GetBytes(path), "GET"u8);
        return table.IsAmbiguous(query, FieldList.Of(), table.Find(host, path), new byte[path.Length]);
    }
}
