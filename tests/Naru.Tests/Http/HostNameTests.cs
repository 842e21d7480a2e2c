using System.Text;
using Naru.Core.Http;

namespace Naru.Tests.Http;

public class HostNameTests
{
    [Theory]
    [InlineData("a", 1, 1, true)]
    [InlineData("a.example", 9, 9, true)]
    [InlineData("A.example", 9, 9, false)]
    [InlineData("a.example.", 8 + 1, 10, false)]
    [InlineData("a-b_c.example:80", 13, 13, true)]
    [InlineData("127.0.0.1:65535", 9, 9, true)]
    [InlineData("[::1]", 5, 5, true)]
    [InlineData("[::ffff:1.2.3.4]:0", 16, 16, true)]
    [InlineData("[2001:DB8::1]:443", 13, 13, false)]
    public void SoundHostIsTakenApart(string host, int nameLength, int portStart, bool canonical)
    {
        Assert.True(HostName.TryParse(Encoding.ASCII.GetBytes(host), out int name, out int port, out bool isCanonical));
        Assert.Equal((nameLength, portStart, canonical), (name, port, isCanonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("a..")]
    [InlineData("a:")]
    [InlineData(":80")]
    [InlineData("a:b")]
    [InlineData("a:-1")]
    [InlineData("a:+1")]
    [InlineData("a:65536")]
    [InlineData("a:000080")]
    [InlineData("a:80:80")]
    [InlineData("a@b")]
    [InlineData("a/b")]
    [InlineData("a?b")]
    [InlineData("a%41")]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[a]")]
    [InlineData("[1.2.3.4]")]
    [InlineData("[::1%eth0]")]
    [InlineData("[::1]x")]
    [InlineData("[::1]:")]
    [InlineData("[:::1]")]
    [InlineData("[v1.a]")]
    [InlineData("a[::1]")]
    public void OddHostIsRefused(string host) => Assert.False(HostName.TryParse(Encoding.ASCII.GetBytes(host), out _, out _, out _));

    [Fact]
    public void LengthIsLimited()
    {
        string longest = new string('a', HttpLimits.HostBytesMax);
        Assert.True(HostName.TryParse(Encoding.ASCII.GetBytes(longest), out _, out _, out _));
        Assert.False(HostName.TryParse(Encoding.ASCII.GetBytes(longest + "a"), out _, out _, out _));
    }
}
