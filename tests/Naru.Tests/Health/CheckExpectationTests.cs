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
        Assert.Equal(fault, new CheckExpectation(new ActiveCheckOptions()).Fault(status, [], []));

    [Fact]
    public void AnyOfTheRangesWillDo()
    {
        var expectation = new CheckExpectation(new ActiveCheckOptions { ExpectStatus = [(200, 200), (404, 405)] });
        Assert.Null(expectation.Fault(200, [], []));
        Assert.Null(expectation.Fault(405, [], []));
        Assert.NotNull(expectation.Fault(201, [], []));
    }

    [Fact]
    public void BodyMustContainTheTextInItsFirstPart()
    {
        var expectation = new CheckExpectation(new ActiveCheckOptions { ExpectBody = "준비됨" });
        Assert.True(expectation.NeedsBody);
        Assert.Null(expectation.Fault(200, [], "state: 준비됨."u8));
        Assert.Equal("body lacks the expected text", expectation.Fault(200, [], "state: ok"u8));
        byte[] late = [.. new byte[CheckExpectation.MaxBodyBytes - 1], .. "준비됨"u8];
        Assert.NotNull(expectation.Fault(200, [], late));
    }

    [Fact]
    public void HeadersMustHaveTheirValues()
    {
        var expectation = new CheckExpectation(new ActiveCheckOptions { ExpectHeaders = [new("x-role", "primary")] });
        Assert.True(expectation.NeedsHeaders);
        Assert.Null(expectation.Fault(200, [new("X-Role", "replica"), new("X-ROLE", "primary")], []));
        Assert.Equal("header x-role is not primary", expectation.Fault(200, [new("X-Role", "Primary")], []));
        Assert.NotNull(expectation.Fault(200, [], []));
    }
}
