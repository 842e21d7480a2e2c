using System.Net.Sockets;

namespace Naru.Bench.Proxies;

/// <summary>Stands for the syslog daemon: takes datagrams from a UNIX socket and counts them.</summary>
internal sealed class LogSink : IDisposable
{
    private readonly Socket _socket;
    private readonly Thread _thread;
    private long _lines;

    public LogSink(string path)
    {
        Path = path;
        File.Delete(path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveBufferSize = 4 << 20 };
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _thread = new Thread(Read) { IsBackground = true, Name = "log sink" };
        _thread.Start();
    }

    public string Path { get; }

    public long Lines => Interlocked.Read(ref _lines);

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
        File.Delete(Path);
    }

    private void Read()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                _socket.Receive(buffer);
                Interlocked.Increment(ref _lines);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }
}
