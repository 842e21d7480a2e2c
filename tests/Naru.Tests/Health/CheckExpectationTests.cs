using Naru.Core.Config;
using Naru.Core.Health;

namespace Naru.Tests.Health;

public class CheckExpectationTests
{
    [Theory]
    [InlineData(199, "status 199")]
    [InlineData(200, null)]
    [InlineData(399, null)]
    [InlineData(503, "status 503")]
    public void DefaultTakesSuccessAndRedirection(int status, string? fault) =>
        Assert.Equal(fault, new CheckExpectation(new ActiveCheckOptions()).HeadFault(status, []));

    [Fact]
    public void AnyOfTheRangesWillDo()
    {
        var expectation = new CheckExpectation(new ActiveCheckOptions { ExpectStatus = [(200, 200), (404, 405)] });
        Assert.Null(expectation.HeadFault(200, []));
        Assert.Null(expectation.HeadFault(405, []));
        Assert.NotNull(expectation.HeadFault(201, []));
    }

    [Fact]
    public void BodyMustContainTheTextInItsFirstPart()
    {
        var expectation = new CheckExpectation(new ActiveCheckOptions { ExpectBody = "준비됨" });
        Assert.True(expectation.NeedsBody);
        Assert.True(expectation.HasText("state: 준비됨."u8));
        Assert.False(expectation.HasText("state: ok"u8));
        byte[] late = [.. new byte[CheckExpectation.MaxBodyBytes - 1], .. "준비됨"u8];
        Assert.False(expectation.HasText(late));
    }

    [Theory]
    [InlineData("READY", "READY")]
    [InlineData("two\r\nlines", "two  lines")]
    [InlineData("a text of more characters than a line of a log has room for", "a text of more characters than a line of…")]
    public void ExpectedTextIsShownOnOneLine(string text, string shown) =>
        Assert.Equal(shown, new CheckExpectation(new ActiveCheckOptions { ExpectBody = text }).ShownText);

    [Fact]
    public void HeadersMustHaveTheirValues()
    {
        var expectation = new CheckExpectation(new ActiveCheckOptions { ExpectHeaders = [new("x-role", "primary")] });
        Assert.True(expectation.NeedsHeaders);
        Assert.Null(expectation.HeadFault(200, [new("X-Role", "replica"), new("X-ROLE", "primary")]));
        Assert.Equal("header x-role is not primary", expectation.HeadFault(200, [new("X-Role", "Primary")]));
        Assert.NotNull(expectation.HeadFault(200, []));
    }
}
