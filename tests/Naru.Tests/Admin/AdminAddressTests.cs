using Naru.Admin;
using Naru.Core.Config;
using Naru.Tests.Cli;

namespace Naru.Tests.Admin;

public class AdminAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9900", "127.0.0.1:9900", true)]
    [InlineData("localhost:9900", "127.0.0.1:9900", true)]
    [InlineData("[::1]:9900", "[::1]:9900", true)]
    [InlineData("unix:/run/naru/admin.sock", "unix:/run/naru/admin.sock", true)]
    [InlineData(":9900", "0.0.0.0:9900", false)]
    [InlineData("[::]:9900", "[::]:9900", false)]
    [InlineData("10.0.0.5:9900", "10.0.0.5:9900", false)]
    public void AddressesTellWhetherOthersReachThem(string text, string canonical, bool isLocal)
    {
        Assert.True(AdminAddress.TryParse(text, out var address));
        Assert.Equal(canonical, address.ToString());
        Assert.Equal(isLocal, address.IsLocal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:0")]
    [InlineData("unix:")]
    [InlineData("unix:admin.sock")]
    [InlineData("somewhere:9900")]
    public void OtherTextIsNoAddress(string text) => Assert.False(AdminAddress.TryParse(text, out _));

    [Fact]
    public void OpenBindWithoutTokenIsAConfigurationError()
    {
        var error = Assert.Throws<AdminException>(() => AdminServer.Check(new AdminOptions { Bind = "0.0.0.0:9900" }));
        Assert.True(error.IsConfiguration);
        Assert.Equal("admin.bind 0.0.0.0:9900 is open to other machines; set admin.tokenFile, or bind to 127.0.0.1 or unix:/path", error.Message);
    }

    [Theory]
    [InlineData("0123456789abcdef\n", null)]
    [InlineData("short\n", "not a token of at least 16 printable characters without spaces")]
    [InlineData("", "not a token of at least 16 printable characters without spaces")]
    [InlineData("0123456789 abcdef", "not a token of at least 16 printable characters without spaces")]
    public void TokenFileHoldsTheTokenAlone(string content, string? complaint)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("token", content);
        if (complaint is null)
            Assert.Equal(content.Trim(), AdminToken.Read(path));
        else
            Assert.Equal($"the token file {path}: {complaint}", Assert.Throws<AdminException>(() => AdminToken.Read(path)).Message);
    }
}
