using System.Net;
using System.Net.Sockets;

namespace Naru.SystemTests.Store.Redis;

/// <summary>Stands between one node and the store, and can be cut: connections end and new ones are refused, or nothing comes through.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private readonly List<Socket> _open = [];
    private readonly Task _accepting;
    private volatile bool _isCut;

    public TcpRelay(int port)
    {
        _port = port;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    public void Cut()
    {
        _isCut = true;
        CloseAll();
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        _isCut = true;
        _listener.Stop();
        CloseAll();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            if (_isCut)
                return;
            await server.ConnectAsync(IPAddress.Loopback, _port);
            lock (_open)
                _open.AddRange([client, server]);
            if (_isCut)
                return;
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (SocketException)
        {
        }
        finally
        {
            client.Dispose();
            server.Dispose();
            lock (_open)
                _open.RemoveAll(s => s == client || s == server);
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var received and > 0)
                for (int sent = 0; sent < received;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, received - sent));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private void CloseAll()
    {
        lock (_open)
            foreach (var socket in _open)
                socket.Dispose();
    }
}
