using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Naru.SystemTests.Harness;

/// <summary>How a peer ended its side.</summary>
internal enum WireEnd
{
    /// <summary>It has not.</summary>
    Open,
    Closed,
    Reset,
}

/// <summary>
/// A bare TCP connection that speaks HTTP by hand: it sends exactly the bytes it is told to and reads exactly one message
/// at a time. Every wait is bounded.
/// </summary>
internal class Wire : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private bool _isReset;

    public Wire(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
    }

    /// <summary>Bytes that came and were not read yet.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>They are legal, but Naru is to drop them.</summary>
    public bool AllowsChunkExtensions { get; set; }

    public IPEndPoint LocalAddress => (IPEndPoint)_socket.LocalEndPoint!;

    /// <param name="address">Where to.</param>
    /// <param name="receiveBufferBytes">0: the kernel's choice.</param>
    /// <param name="from">Null: the kernel's choice.</param>
    public static async Task<Wire> ConnectAsync(IPEndPoint address, int receiveBufferBytes = 0, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBufferBytes > 0)
            socket.ReceiveBufferSize = receiveBufferBytes;
        if (from != null)
            socket.Bind(new IPEndPoint(from, 0));
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(address, limit.Token);
            return new Wire(socket);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Accepted and reset before the connect has returned.
            return new Wire(socket) { _isReset = true };
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        ThrowIfReset();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            while (bytes.Length > 0)
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, limit.Token)..];
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown)
        {
            throw new WireResetException("");
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Byte by byte, each in a packet of its own.</summary>
    public async Task DripAsync(byte[] bytes, TimeSpan pause = default)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            await SendAsync(bytes.AsMemory(i, 1));
            await Task.Delay(pause);
        }
    }

    /// <summary>No more bytes from here; what comes can still be read.</summary>
    public void End() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>The next request; null when the peer closed in front of it.</summary>
    public async Task<HttpMessage?> ReadRequestAsync()
    {
        var request = await ReadRequestHeadAsync();
        if (request != null)
            await ReadBodyAsync(request, request.IsChunked, request.ContentLength ?? 0);
        return request;
    }

    public async Task<HttpMessage?> ReadRequestHeadAsync() => await HasMoreAsync() ? await ReadHeadAsync() : null;

    /// <summary>The body of a request whose head was read.</summary>
    public Task ReadBodyAsync(HttpMessage request) => ReadBodyAsync(request, request.IsChunked, request.ContentLength ?? 0);

    /// <summary>The next final response; interim ones are passed over.</summary>
    public async Task<HttpMessage> ReadResponseAsync(string method = "GET")
    {
        var response = await ReadHeadAsync();
        while (response.Status is >= 100 and < 200 and not 101)
            response = await ReadHeadAsync();
        await ReadResponseBodyAsync(response, method);
        return response;
    }

    public async Task ReadResponseBodyAsync(HttpMessage response, string method)
    {
        if (method == "HEAD" || response.Status is < 200 or 204 or 304)
            return;
        if (response is { IsChunked: false, ContentLength: null })
            response.Body = await ReadToEndAsync();
        else
            await ReadBodyAsync(response, response.IsChunked, response.ContentLength ?? 0);
    }

    public async Task<HttpMessage> ReadHeadAsync()
    {
        int searched = 0;
        while (true)
        {
            int found = Unread[searched..].IndexOf("\r\n\r\n"u8);
            if (found >= 0)
                return HttpMessage.ParseHead(Take(searched + found + 4));
            searched = Math.Max(0, Unread.Length - 3);
            await FillAsync();
        }
    }

    public async Task<string> ReadLineAsync()
    {
        int found;
        while ((found = Unread.IndexOf("\r\n"u8)) < 0)
            await FillAsync();
        return Encoding.Latin1.GetString(Take(found + 2).AsSpan(0, found));
    }

    /// <summary>A line that ends with LF alone, as in an event stream; without it.</summary>
    public async Task<string> ReadLineFeedAsync()
    {
        int found;
        while ((found = Unread.IndexOf((byte)'\n')) < 0)
            await FillAsync();
        return Encoding.UTF8.GetString(Take(found + 1).AsSpan(0, found));
    }

    public async Task<byte[]> ReadBytesAsync(int count)
    {
        while (Unread.Length < count)
            await FillAsync();
        return Take(count);
    }

    public async Task<byte[]> ReadToEndAsync()
    {
        while (await TryFillAsync())
        {
        }

        return Take(Unread.Length);
    }

    /// <summary>Takes and drops so many bytes without keeping them.</summary>
    public async Task SkipAsync(long count)
    {
        while (count > 0)
        {
            if (Unread.Length == 0)
                await FillAsync();
            int taken = (int)Math.Min(count, Unread.Length);
            _start += taken;
            count -= taken;
        }
    }

    /// <summary>Takes and drops at most so many bytes. False: the peer has ended.</summary>
    public async Task<bool> SipAsync(int count)
    {
        _start = _end = 0;
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            return await _socket.ReceiveAsync(new byte[count], SocketFlags.None, limit.Token) > 0;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            return false;
        }
    }

    /// <summary>Whether the peer ends its side within the time; bytes that come meanwhile are kept unread.</summary>
    public async Task<WireEnd> EndWithinAsync(TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time);
        try
        {
            while (await TryFillAsync(limit.Token))
            {
            }

            return WireEnd.Closed;
        }
        catch (OperationCanceledException)
        {
            return WireEnd.Open;
        }
        catch (WireResetException)
        {
            return WireEnd.Reset;
        }
    }

    /// <summary>For messages.</summary>
    public static string Shorten(string text) => text.Length <= 200 ? text : $"{text[..200]}… ({text.Length} bytes)";

    public void Dispose()
    {
        _socket.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>False: the peer closed, and nothing is left to read.</summary>
    public async Task<bool> HasMoreAsync() => Unread.Length > 0 || await TryFillAsync();

    private async Task ReadBodyAsync(HttpMessage message, bool isChunked, long length)
    {
        if (!isChunked)
        {
            message.Body = await ReadBytesAsync(checked((int)length));
            return;
        }

        var body = new MemoryStream();
        while (true)
        {
            var line = await ReadLineAsync();
            if (AllowsChunkExtensions)
                line = line.Split(';')[0];
            if (!int.TryParse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int size))
                throw new BadMessageException($"Not the size of a chunk: {line}");
            if (size == 0)
                break;
            body.Write(await ReadBytesAsync(size));
            if ((await ReadLineAsync()).Length > 0)
                throw new BadMessageException("A chunk is longer than it says.");
        }

        var trailers = new List<(string, string)>();
        for (var line = await ReadLineAsync(); line.Length > 0; line = await ReadLineAsync())
            trailers.Add(HttpMessage.ParseField(line));
        message.Body = body.ToArray();
        message.Trailers = trailers;
    }

    private byte[] Take(int count)
    {
        var taken = Unread[..count].ToArray();
        _start += count;
        return taken;
    }

    private void ThrowIfReset()
    {
        if (_isReset)
            throw new WireResetException("");
    }

    private async Task FillAsync()
    {
        if (!await TryFillAsync())
            throw new WireClosedException(Encoding.Latin1.GetString(Unread));
    }

    private async Task<bool> TryFillAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            return await TryFillAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Nothing came for {Patience.TotalSeconds:0} s; unread so far: {Shorten(Encoding.Latin1.GetString(Unread))}");
        }
    }

    private async Task<bool> TryFillAsync(CancellationToken limit)
    {
        ThrowIfReset();
        if (_start == _end)
            _start = _end = 0;
        if (_end == _buffer.Length)
        {
            var next = _start > 0 ? _buffer : new byte[_buffer.Length * 2];
            Array.Copy(_buffer, _start, next, 0, _end - _start);
            (_buffer, _start, _end) = (next, 0, _end - _start);
        }

        try
        {
            int received = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, limit);
            _end += received;
            return received > 0;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            throw new WireResetException(Encoding.Latin1.GetString(Unread));
        }
    }
}

/// <summary>The peer closed in the middle of what was to be read.</summary>
internal sealed class WireClosedException(string unread) : Exception($"The peer closed; unread: {Wire.Shorten(unread)}");

/// <summary>The peer reset the connection.</summary>
internal sealed class WireResetException(string unread) : Exception($"The peer reset; unread: {Wire.Shorten(unread)}");
