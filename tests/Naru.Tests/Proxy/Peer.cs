using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Naru.Tests.Proxy;

/// <summary>One end of a TCP connection, as a test speaks it: raw bytes, and nothing waits longer than ten seconds.</summary>
internal sealed class Peer(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _unread = "";

    public static async Task<Peer> ConnectAsync(IPEndPoint endpoint, IPAddress? from = null, int receiveBufferBytes = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBufferBytes > 0)
            socket.ReceiveBufferSize = receiveBufferBytes;
        if (from != null)
            socket.Bind(new IPEndPoint(from, 0));
        using var end = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(endpoint, end.Token);
        return new Peer(socket);
    }

    public async Task SendAsync(string text)
    {
        using var end = new CancellationTokenSource(Patience);
        ReadOnlyMemory<byte> rest = Encoding.Latin1.GetBytes(text);
        while (rest.Length > 0)
            rest = rest[await socket.SendAsync(rest, SocketFlags.None, end.Token)..];
    }

    /// <summary>As many bytes as the kernel takes at once, whoever reads them; how many.</summary>
    public int SendNow(int countMax)
    {
        socket.Blocking = false;
        int sent = 0;
        while (sent < countMax)
        {
            int count = socket.Send(new byte[countMax - sent], SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                break;
            Assert.Equal(SocketError.Success, error);
            sent += count;
        }

        return sent;
    }

    /// <summary>Up to the empty line, inclusive. What comes behind it is kept for the next call.</summary>
    public async Task<string> ReadHeadAsync()
    {
        int end;
        while ((end = _unread.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            string more = await ReceiveAsync();
            if (more.Length == 0)
                throw new EndOfStreamException($"The stream ended inside a head: '{_unread}'.");
            _unread += more;
        }

        return Take(end + 4);
    }

    public async Task<string> ReadAsync(int count)
    {
        var text = new StringBuilder(_unread, count);
        while (text.Length < count)
        {
            string more = await ReceiveAsync();
            if (more.Length == 0)
                throw new EndOfStreamException($"The stream ended after {text.Length} of {count} bytes.");
            text.Append(more);
        }

        _unread = text.ToString();
        return Take(count);
    }

    /// <summary>What comes until the stream ends or is reset.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var text = new StringBuilder(_unread);
        _unread = "";
        try
        {
            while (await ReceiveAsync() is { Length: > 0 } more)
                text.Append(more);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            text.Append("<reset>");
        }

        return text.ToString();
    }

    public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>Bytes or the end of the stream are there to be read.</summary>
    public bool HasInput => socket.Poll(0, SelectMode.SelectRead);

    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();

    private async Task<string> ReceiveAsync()
    {
        using var end = new CancellationTokenSource(Patience);
        return Encoding.Latin1.GetString(_buffer, 0, await socket.ReceiveAsync(_buffer, SocketFlags.None, end.Token));
    }

    private string Take(int count)
    {
        string taken = _unread[..count];
        _unread = _unread[count..];
        return taken;
    }
}
