using System.Text;
using Naru.Core.WaitingRoom.Proof;

namespace Naru.Tests.WaitingRoom.Proof;

public class RoomCookiesTests
{
    private readonly RoomCookies _cookies = new("concert");

    [Fact]
    public void TheLinesAreFixed()
    {
        Assert.Equal("Set-Cookie: naru-ticket-concert=1ab; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax\r\n", Line(t => _cookies.WriteTicket("1ab"u8, false, t)));
        Assert.Equal("Set-Cookie: naru-pass-concert=1ab; Path=/; HttpOnly; SameSite=Lax; Secure\r\n", Line(t => _cookies.WritePass("1ab"u8, true, t)));
        Assert.Equal("Set-Cookie: naru-slip-concert=1ab; Path=/; Max-Age=60; HttpOnly; SameSite=Lax\r\n", Line(t => _cookies.WriteSlip("1ab"u8, 60, false, t)));
        Assert.Equal("Set-Cookie: naru-ticket-concert=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\r\n", Line(t => _cookies.WriteTicketEnd(false, t)));
        Assert.Equal("Set-Cookie: naru-pass-concert=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure\r\n", Line(t => _cookies.WritePassEnd(true, t)));
    }

    [Fact]
    public void TheLongestLineFits()
    {
        var cookies = new RoomCookies(new string('r', RoomCookies.RoomNameCharactersMax));
        Assert.True(cookies.WritePass(new byte[PassCodec.ValueBytes], true, new byte[RoomCookies.LineBytesMax]) <= RoomCookies.LineBytesMax);
        Assert.True(cookies.WriteSlip(new byte[128], int.MaxValue, true, new byte[RoomCookies.LineBytesMax]) <= RoomCookies.LineBytesMax);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a=b")]
    [InlineData("a;b")]
    [InlineData("a\r\nb")]
    [InlineData("공연")]
    public void NamesThatWouldBreakTheLineAreRefused(string room)
    {
        Assert.False(RoomCookies.IsRoomName(room));
        Assert.Throws<ArgumentException>(() => new RoomCookies(room));
    }

    private static string Line(Func<byte[], int> write)
    {
        var target = new byte[RoomCookies.LineBytesMax];
        return Encoding.ASCII.GetString(target, 0, write(target));
    }
}
