using System.Net;
using Naru.Engine.Linux;

namespace Naru.Tests.Net;

/// <summary>A listening socket on loopback, and who can be accepted from it.</summary>
internal static class Listening
{
    public static int Start(int deferSeconds, out IPEndPoint address)
    {
        Assert.True(StreamSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0), 8, deferSeconds, out int listener) >= 0);
        _ = StreamSocket.LocalAddress(listener, out var local);
        address = local.ToEndPoint();
        return listener;
    }

    public static void AssertAccepts(int listener)
    {
        int accepted = StreamSocket.Accept(listener, out _);
        Assert.True(accepted >= 0, Errno.Text(accepted));
        Descriptor.Close(accepted);
    }

    public static void AssertAcceptsNobody(int listener) => Assert.Equal(Errno.Again, StreamSocket.Accept(listener, out _));
}
