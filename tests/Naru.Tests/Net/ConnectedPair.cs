using System.Net;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Tests.Proxy;

namespace Naru.Tests.Net;

/// <summary>A connection of a loop and, on its other end, the test.</summary>
internal sealed class ConnectedPair(Connection inner, Peer outer) : IDisposable
{
    public Connection Inner { get; } = inner;

    public Peer Outer { get; } = outer;

    public static async Task<ConnectedPair> OpenAsync(EventLoop loop, int receiveBufferBytes = 0)
    {
        Assert.True(StreamSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0), 8, deferSeconds: 0, out int listener) >= 0);
        _ = StreamSocket.LocalAddress(listener, out var local);
        var outer = await Peer.ConnectAsync(local.ToEndPoint(), receiveBufferBytes: receiveBufferBytes);
        int fd = StreamSocket.Accept(listener, out _);
        Assert.True(fd >= 0);
        Descriptor.Close(listener);
        var inner = new PlainConnection(loop);
        inner.Open(fd, tryReadFirst: true);
        return new ConnectedPair(inner, outer);
    }

    public void Dispose() => Outer.Dispose();

    private sealed class PlainConnection(EventLoop loop) : Connection(loop);
}
