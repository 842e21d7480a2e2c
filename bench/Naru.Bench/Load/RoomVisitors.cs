using System.Net.Sockets;
using System.Text;

namespace Naru.Bench.Load;

/// <summary>Visitors of a waiting room: takes their cookies from the program as it runs.</summary>
internal sealed class RoomVisitors : IDisposable
{
    private const int Ahead = 200;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
    private readonly byte[] _buffer = new byte[64 * 1024];

    public RoomVisitors(int port) => _socket.Connect("127.0.0.1", port);

    /// <summary>The cookies of so many visitors who come without one, each <c>name=value</c>: those with places first.</summary>
    public List<string> Come(int count)
    {
        var cookies = new List<string>(count);
        while (cookies.Count < count)
        {
            var batch = Math.Min(Ahead, count - cookies.Count);
            var request = "GET /room/ HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\n\r\n"u8;
            var requests = new byte[request.Length * batch];
            for (var i = 0; i < batch; i++)
            {
                request.CopyTo(requests.AsSpan(i * request.Length));
            }
            _socket.Send(requests);
            Read(cookies, cookies.Count + batch);
        }
        return cookies;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Answers come in order, and each sets one cookie.</summary>
    private void Read(List<string> cookies, int until)
    {
        var rest = "";
        while (cookies.Count < until)
        {
            var received = _socket.Receive(_buffer);
            if (received == 0)
            {
                throw new BenchException("The waiting room closed the connection.");
            }
            var text = rest + Encoding.Latin1.GetString(_buffer, 0, received);
            var position = 0;
            int found, end;
            while ((found = text.IndexOf("Set-Cookie: naru-", position, StringComparison.Ordinal)) >= 0 && (end = text.IndexOf(';', found)) >= 0)
            {
                cookies.Add(text[(found + "Set-Cookie: ".Length)..end]);
                position = end;
            }
            rest = text[Math.Max(position, text.LastIndexOf('\n') + 1)..];
        }
        // The last body may still come; it is no part of a later answer's head.
        Thread.Sleep(20);
        while (_socket.Available > 0)
        {
            _socket.Receive(_buffer);
        }
    }
}
