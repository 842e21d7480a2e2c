using Naru.Engine.Linux;
using Naru.Tests.Proxy;

namespace Naru.Tests.Net;

/// <summary>A listener that defers gets a client with its first bytes; one that does not, at once.</summary>
public class DeferredAcceptTests
{
    [Fact]
    public async Task SilentClientStaysWithTheKernelUntilItSpeaks()
    {
        int listener = Listening.Start(deferSeconds: 60, out var address);
        using var client = await Peer.ConnectAsync(address);
        Listening.AssertAcceptsNobody(listener);
        await client.SendAsync("x");
        Listening.AssertAccepts(listener);
        Descriptor.Close(listener);
    }

    [Fact]
    public async Task ClientOfAListenerThatDoesNotDeferIsThereAtOnce()
    {
        int listener = Listening.Start(deferSeconds: 0, out var address);
        using var client = await Peer.ConnectAsync(address);
        Listening.AssertAccepts(listener);
        Descriptor.Close(listener);
    }

    [Fact]
    public async Task ListenerThatChangesItsProtocolStopsDeferring()
    {
        int listener = Listening.Start(deferSeconds: 60, out var address);
        StreamSocket.DeferAccept(listener, 0);
        using var client = await Peer.ConnectAsync(address);
        Listening.AssertAccepts(listener);
        Descriptor.Close(listener);
    }
}
