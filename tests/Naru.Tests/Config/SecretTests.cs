using System.Text;
using Naru.Core.Config;

namespace Naru.Tests.Config;

public class SecretTests
{
    private static readonly string Sticky = ConfigText.PoolOf("sticky: { cookie: naru, keyFile: sticky.key }");

    [Fact]
    public void KeyOfTextIsTrimmed() => Assert.Equal("exactly thirty-two bytes of a key"u8, Key("\n exactly thirty-two bytes of a key \n"u8));

    [Fact]
    public void KeyInBase64IsDecoded()
    {
        var key = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        Assert.Equal(key, Key(Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n")));
    }

    /// <summary>32 letters are base64 of 24 bytes, which are too few, but they are a key as they stand.</summary>
    [Fact]
    public void ShortBase64CountsAsText() => Assert.Equal(32, Key("abcdefghijklmnopqrstuvwxyz012345"u8).Length);

    [Fact]
    public void BinaryKeyIsTakenWhole()
    {
        byte[] key = [(byte)'\n', .. Enumerable.Repeat((byte)0x80, 30), (byte)' '];
        Assert.Equal(key, Key(key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("thirty-one bytes are one too few   \n\n\n")]
    public void ShortKeyIsAnErrorWithItsPlace(string content) => Assert.Equal(
        ["5:38: pools.web.sticky.keyFile: sticky.key does not hold a key of at least 32 bytes. Make one, for example by: openssl rand -base64 32 > /etc/naru/sticky.key && chmod 600 /etc/naru/sticky.key"],
        ConfigText.Errors(Sticky, new FakeSources().Secret("/etc/naru/sticky.key", content[..Math.Min(31, content.Length)])));

    [Fact]
    public void WorldReadableKeyIsAWarning() => Assert.Equal(
        ["5:38: pools.web.sticky.keyFile: every user of this machine can read sticky.key. Take the right away: chmod o-r sticky.key"],
        ConfigText.Warnings(Sticky, new FakeSources().Secret("/etc/naru/sticky.key", new string('k', 32), isWorldReadable: true)));

    [Theory]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789 abcdef")]
    [InlineData("0123456789abcdef\u00e9")]
    public void UnfitTokenIsAnError(string token) => Assert.StartsWith(
        "1:21: admin.tokenFile: t does not hold a token of at least 16 printable characters without spaces. ",
        Assert.Single(ConfigText.Errors("admin: { tokenFile: t }\n" + ConfigText.Http("deny: []"), new FakeSources().Secret("/etc/naru/t", token))));

    [Fact]
    public void TokenLetsTheAdminInterfaceOut() => Assert.Equal("0.0.0.0:9901", ConfigText.Valid(
        "admin: { bind: ':9901', tokenFile: t }\n" + ConfigText.Http("deny: []"),
        new FakeSources().Secret("/etc/naru/t", "0123456789abcdef\n")).Admin.Bind);

    private static byte[] Key(ReadOnlySpan<byte> content) =>
        ConfigText.Valid(Sticky, new FakeSources().Secret("/etc/naru/sticky.key", content.ToArray())).Pools[0].Sticky!.Key;
}
