using System.Net;
using Naru.Engine.Linux;
using Naru.Tests.Proxy;

namespace Naru.Tests.Net;

/// <summary>A listener that defers gets a client with its first bytes; one that does not, at once.</summary>
public class DeferredAcceptTests
{
    [Fact]
    public async Task SilentClientStaysWithTheKernelUntilItSpeaks()
    {
        int listener = Listen(deferSeconds: 60, out var address);
        using var client = await Peer.ConnectAsync(address);
        Assert.Equal(Errno.Again, StreamSocket.Accept(listener, out _));
        await client.SendAsync("x");
        AssertAccepts(listener);
        Descriptor.Close(listener);
    }

    [Fact]
    public async Task ClientOfAListenerThatDoesNotDeferIsThereAtOnce()
    {
        int listener = Listen(deferSeconds: 0, out var address);
        using var client = await Peer.ConnectAsync(address);
        AssertAccepts(listener);
        Descriptor.Close(listener);
    }

    private static int Listen(int deferSeconds, out IPEndPoint address)
    {
        Assert.True(StreamSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0), 8, deferSeconds, out int listener) >= 0);
        _ = StreamSocket.LocalAddress(listener, out var local);
        address = local.ToEndPoint();
        return listener;
    }

    private static void AssertAccepts(int listener)
    {
        int accepted = StreamSocket.Accept(listener, out _);
        Assert.True(accepted >= 0, Errno.Text(accepted));
        Descriptor.Close(accepted);
    }
}
