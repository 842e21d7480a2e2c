using System.Net;
using System.Net.Sockets;
using Naru.Engine.Linux;
using Naru.Tests.Proxy;

namespace Naru.Tests.Net;

/// <summary>A listener about to close lets in who has begun to connect, and nobody else.</summary>
public class LastClientsTests
{
    [Fact]
    public async Task WhoHasConnectedAndNotYetSpokenGetsIn()
    {
        int listener = Listening.Start(deferSeconds: 60, out var address);
        using var client = await Peer.ConnectAsync(address);

        StreamSocket.RefuseNewcomers(listener);
        Listening.AssertAcceptsNobody(listener);
        await client.SendAsync("x");

        Listening.AssertAccepts(listener);
        Descriptor.Close(listener);
    }

    [Fact]
    public async Task NewcomerWaitsForWhateverListensNext()
    {
        int listener = Listening.Start(deferSeconds: 0, out var address);
        StreamSocket.RefuseNewcomers(listener);

        var coming = Peer.ConnectAsync(address);
        Listening.AssertAcceptsNobody(listener);
        Assert.False(coming.IsCompleted);
        Descriptor.Close(listener);

        // Its first packet was dropped; the one that the kernel sends a second later meets a closed port.
        var refused = await Assert.ThrowsAsync<SocketException>(() => coming);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }
}
