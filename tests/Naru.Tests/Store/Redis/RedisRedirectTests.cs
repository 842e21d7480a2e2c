using Naru.Engine.Store.Redis.Resp;

namespace Naru.Tests.Store.Redis;

public class RedisRedirectTests
{
    private static readonly RedisAddress From = new("10.0.0.1", 6379);

    [Theory]
    [InlineData("MOVED 3999 127.0.0.1:6381", true, 3999, "127.0.0.1:6381")]
    [InlineData("ASK 16383 store-2.example.com:6381", false, 16383, "store-2.example.com:6381")]
    [InlineData("MOVED 1 2001:db8::1:6381", true, 1, "[2001:db8::1]:6381")]
    [InlineData("MOVED 1 :6382", true, 1, "10.0.0.1:6382")]
    [InlineData("MOVED 1 ?:6382", true, 1, "10.0.0.1:6382")]
    public void RedirectIsRead(string error, bool isMoved, int slot, string target)
    {
        Assert.True(RedisRedirect.TryParse(error, From, out var redirect));
        Assert.Equal((isMoved, slot, target), (redirect.IsMoved, redirect.Slot, redirect.Target.ToString()));
    }

    [Theory]
    [InlineData("ERR unknown command")]
    [InlineData("MOVED")]
    [InlineData("MOVED 3999")]
    [InlineData("MOVED 16384 127.0.0.1:1")]
    [InlineData("MOVED -1 127.0.0.1:1")]
    [InlineData("MOVED 1 127.0.0.1")]
    [InlineData("MOVED 1 127.0.0.1:0")]
    [InlineData("MOVED 1 127.0.0.1:65536")]
    [InlineData("MOVEDX 1 127.0.0.1:1")]
    public void OtherErrorsAreNoRedirects(string error) => Assert.False(RedisRedirect.TryParse(error, From, out _));
}
