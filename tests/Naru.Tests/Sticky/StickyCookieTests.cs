using System.Text;
using Naru.Core.Sticky;

namespace Naru.Tests.Sticky;

public class StickyCookieTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly string[] Servers = ["10.0.0.11:8080", "10.0.0.12:8080", "app.internal:80"];

    [Fact]
    public void EachServerIsFoundByItsOwnCookie()
    {
        var sticky = Make();
        for (var server = 0; server < Servers.Length; server++)
            Assert.Equal(server, sticky.Find(Value(sticky, server)));
        Assert.Equal(Servers.Length, Servers.Select((_, i) => Encoding.ASCII.GetString(Value(sticky, i))).Distinct().Count());
    }

    /// <summary>Clients hold these values: a change of the format moves everybody off their server. Computed by another program.</summary>
    [Fact]
    public void TheFormatIsFixed() => Assert.Equal(
        "Set-Cookie: naru=1o866VYMRTVtwpBhmF4Ig2tt82gkXsiyW; Path=/; HttpOnly; SameSite=Lax\r\n",
        Encoding.ASCII.GetString(Make().SetCookieLine(0)));

    [Fact]
    public void ValuesSurviveARestartAndAChangeOfThePool()
    {
        var value = Value(Make(), 1);
        Assert.Equal(1, Make().Find(value));
        Assert.Equal(0, Make(servers: [Servers[1], "10.0.0.99:1"]).Find(value));
    }

    [Fact]
    public void TheCookieOfAServerThatIsGoneFindsNone() =>
        Assert.Equal(StickyCookie.NoServer, Make(servers: [Servers[0], Servers[2]]).Find(Value(Make(), 1)));

    [Fact]
    public void AnotherPoolsAndAnotherKeysCookiesFindNone()
    {
        var value = Value(Make(), 0);
        Assert.Equal(StickyCookie.NoServer, Make(pool: "api").Find(value));
        Assert.Equal(StickyCookie.NoServer, Make(key: [.. Key.Reverse()]).Find(value));
    }

    [Fact]
    public void OneChangedByteFindsNone()
    {
        var sticky = Make();
        for (var server = 0; server < Servers.Length; server++)
        {
            for (var i = 0; i < StickyCookie.ValueBytes; i++)
            {
                foreach (var other in "A1_\0\xFF"u8)
                {
                    var forged = Value(sticky, server);
                    if (forged[i] == other)
                        continue;
                    forged[i] = other;
                    Assert.Equal(StickyCookie.NoServer, sticky.Find(forged));
                }
            }
        }
    }

    [Fact]
    public void CutLongAndMixedValuesFindNone()
    {
        var sticky = Make();
        var value = Value(sticky, 0);
        for (var length = 0; length < value.Length; length++)
            Assert.Equal(StickyCookie.NoServer, sticky.Find(value.AsSpan(0, length)));
        Assert.Equal(StickyCookie.NoServer, sticky.Find([.. value, (byte)'A']));
        Assert.Equal(StickyCookie.NoServer, sticky.Find([.. value.AsSpan(0, 13), .. Value(sticky, 1).AsSpan(13)]));
        Assert.Equal(StickyCookie.NoServer, sticky.Find(new byte[StickyCookie.ValueBytes]));
        Assert.Equal(StickyCookie.NoServer, new StickyCookie("web", "naru", Key, []).Find(value));
    }

    [Fact]
    public void AnAddressListedTwiceIsOneServer()
    {
        var sticky = Make(servers: [Servers[0], Servers[0]]);
        Assert.Equal(0, sticky.Find(Value(sticky, 1)));
    }

    [Fact]
    public void ARequestAllocatesNothing()
    {
        var sticky = Make();
        var value = Value(sticky, 2);
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (var i = 0; i < 1000; i++)
                Assert.True(sticky.Find(value) == 2 && !sticky.SetCookieLine(2).IsEmpty);
        }));
    }

    private static StickyCookie Make(string pool = "web", byte[]? key = null, string[]? servers = null) =>
        new(pool, "naru", key ?? Key, servers ?? Servers);

    /// <summary>As a client would take it from the line.</summary>
    private static byte[] Value(StickyCookie sticky, int server)
    {
        var line = Encoding.ASCII.GetString(sticky.SetCookieLine(server));
        return Encoding.ASCII.GetBytes(line["Set-Cookie: naru=".Length..line.IndexOf(';', StringComparison.Ordinal)]);
    }
}
