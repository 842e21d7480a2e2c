using System.Net;
using System.Net.Sockets;

namespace Naru.Tests.Proxy;

/// <summary>A server behind Naru whose every step the test takes itself.</summary>
internal sealed class Origin : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public Origin(int receiveBufferBytes = 0)
    {
        if (receiveBufferBytes > 0)
            _listener.ReceiveBufferSize = receiveBufferBytes;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public string Address => _listener.LocalEndPoint!.ToString()!;

    public async Task<Peer> AcceptAsync()
    {
        using var end = new CancellationTokenSource(Patience);
        return new Peer(await _listener.AcceptAsync(end.Token));
    }

    /// <summary>Lets a client send a request and takes it where it arrives.</summary>
    public async Task<Peer> AcceptAfterAsync(Peer client, string request)
    {
        await client.SendAsync(request);
        var server = await AcceptAsync();
        await server.ReadHeadAsync();
        return server;
    }

    /// <summary>Answers every request with what the function makes of its head, until the origin is disposed.</summary>
    public async Task ServeAsync(Func<string, string> answer)
    {
        try
        {
            while (true)
                _ = AnswerAsync(new Peer(await _listener.AcceptAsync()), answer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    /// <summary>Whether a connection waits to be accepted.</summary>
    public bool HasCaller => _listener.Poll(0, SelectMode.SelectRead);

    public void Dispose() => _listener.Dispose();

    private static async Task AnswerAsync(Peer peer, Func<string, string> answer)
    {
        using (peer)
        {
            try
            {
                while (true)
                    await peer.SendAsync(answer(await peer.ReadHeadAsync()));
            }
            catch (Exception e) when (e is SocketException or EndOfStreamException or OperationCanceledException)
            {
                // The other end has gone.
            }
        }
    }
}
