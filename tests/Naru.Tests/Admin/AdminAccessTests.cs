using Naru.Admin;

namespace Naru.Tests.Admin;

public class AdminAccessTests
{
    private const string Token = "0123456789abcdef0123";

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost:9900")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:9900")]
    [InlineData("127.8.9.1:1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:9900")]
    public void LoopbackHostsAreThisMachine(string host) => Assert.Equal(AccessVerdict.Granted, Ask(host));

    [Theory]
    [InlineData("")]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example:9900")]
    [InlineData("10.0.0.1:9900")]
    [InlineData("localhost:9900:1")]
    [InlineData("localhost:x")]
    [InlineData("localhost:")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[::1]x")]
    [InlineData("[fe80::1]:9900")]
    [InlineData("user@localhost")]
    public void ReboundNamesAreForeign(string host) => Assert.Equal(AccessVerdict.ForeignHost, Ask(host));

    [Fact]
    public void BeyondLoopbackTheHostIsFreeAndTheTokenDecides()
    {
        var hash = AdminAccess.HashOf(Token);
        Assert.Equal(AccessVerdict.TokenMissing, AdminAccess.Judge(false, true, "naru.internal", "", "", hash));
        Assert.Equal(AccessVerdict.Granted, AdminAccess.Judge(false, true, "naru.internal", "", $"Bearer {Token}", hash));
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://127.0.0.1:9900")]
    [InlineData("null")]
    public void PagesMayNotChangeAnything(string origin)
    {
        Assert.Equal(AccessVerdict.CrossSite, AdminAccess.Judge(true, false, "localhost", origin, "", null));
        Assert.Equal(AccessVerdict.CrossSite, AdminAccess.Judge(false, false, "", origin, $"Bearer {Token}", AdminAccess.HashOf(Token)));
    }

    [Theory]
    [InlineData("", nameof(AccessVerdict.TokenMissing))]
    [InlineData("Basic bmFydTpuYXJ1", nameof(AccessVerdict.TokenMissing))]
    [InlineData("Bearer ", nameof(AccessVerdict.TokenWrong))]
    [InlineData("Bearer 0123456789abcdef012", nameof(AccessVerdict.TokenWrong))]
    [InlineData("Bearer 0123456789abcdef01234", nameof(AccessVerdict.TokenWrong))]
    [InlineData("Bearer 0123456789ABCDEF0123", nameof(AccessVerdict.TokenWrong))]
    [InlineData("Bearer 0123456789abcdef0123", nameof(AccessVerdict.Granted))]
    [InlineData("bearer  0123456789abcdef0123 ", nameof(AccessVerdict.Granted))]
    public void OnlyTheWholeTokenIsRight(string authorization, string verdict)
        => Assert.Equal(verdict, AdminAccess.Judge(true, true, "localhost", "", authorization, AdminAccess.HashOf(Token)).ToString());

    private static AccessVerdict Ask(string host) => AdminAccess.Judge(loopback: true, safeMethod: true, host, "", "", null);
}
