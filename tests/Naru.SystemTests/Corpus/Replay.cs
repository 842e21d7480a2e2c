using System.Net;
using System.Net.Sockets;

namespace Naru.SystemTests.Corpus;

/// <summary>Bytes that are read as if they came over a wire, and then it closed.</summary>
internal sealed class Replay : IDisposable
{
    private readonly Socket _sender;

    private Replay(Wire wire, Socket sender) => (Wire, _sender) = (wire, sender);

    public Wire Wire { get; }

    public static async Task<Replay> OfAsync(byte[] bytes)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var wire = await Wire.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        var sender = await listener.AcceptAsync();
        for (int sent = 0; sent < bytes.Length;)
            sent += await sender.SendAsync(bytes.AsMemory(sent));
        sender.Shutdown(SocketShutdown.Send);
        wire.AllowsChunkExtensions = true;
        return new Replay(wire, sender);
    }

    public void Dispose()
    {
        Wire.Dispose();
        _sender.Dispose();
    }
}
