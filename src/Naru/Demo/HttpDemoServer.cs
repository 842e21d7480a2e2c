using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Naru.Demo;

/// <summary>
/// As much HTTP/1.1 as the demo needs: GET with keep-alive, a small body skipped. <c>/healthz</c> is answered at once, so
/// that a slow server is not taken for a broken one. Not a server to learn from: Naru in front of it reads strictly.
/// </summary>
internal class HttpDemoServer(string name, TimeSpan delay, TimeProvider? clock = null) : DemoServer(name, delay, clock)
{
    private const int HeadBytesMax = 16 * 1024;

    protected override async Task Serve(Socket connection)
    {
        var buffer = new byte[HeadBytesMax];
        var filled = 0;
        while (true)
        {
            int headBytes;
            while ((headBytes = EndOfHead(buffer.AsSpan(0, filled))) < 0)
            {
                if (filled == buffer.Length)
                    return;
                var received = await connection.ReceiveAsync(buffer.AsMemory(filled));
                if (received == 0)
                    return;
                filled += received;
            }
            var began = Stopwatch.GetTimestamp();
            var isHealth = buffer.AsSpan(0, headBytes).StartsWith("GET /healthz "u8);
            var bodyBytes = ContentLength(buffer.AsSpan(0, headBytes));
            var reply = isHealth ? new Answer("ok\n") : Reply(buffer.AsSpan(0, headBytes));
            var wantsClose = Contains(buffer.AsSpan(0, headBytes), "\r\nconnection: close"u8) || Contains(buffer.AsSpan(0, headBytes), "\r\ntransfer-encoding:"u8);
            var buffered = Math.Min(bodyBytes, filled - headBytes);
            buffer.AsSpan(headBytes + (int)buffered, filled - headBytes - (int)buffered).CopyTo(buffer);
            filled -= headBytes + (int)buffered;
            await Skip(connection, bodyBytes - buffered);

            if (isHealth)
                await WhileHung();
            else
                await Work();
            await SendAll(connection, Response(reply, wantsClose));
            if (!isHealth)
                Latency.Add(Stopwatch.GetElapsedTime(began));
            if (wantsClose)
                return;
        }
    }

    /// <summary>What a request gets, by its head.</summary>
    protected virtual Answer Reply(ReadOnlySpan<byte> head) => new($"Hello from {Name}\n");

    private static int EndOfHead(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        return end < 0 ? -1 : end + 4;
    }

    private static long ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\ncontent-length:"u8;
        for (var at = 0; at < head.Length - name.Length; at++)
        {
            if (Ascii.EqualsIgnoreCase(head.Slice(at, name.Length), name))
                return Utf8Parser.TryParse(head[(at + name.Length)..].TrimStart((byte)' '), out long length, out _) ? Math.Max(0, length) : 0;
        }
        return 0;
    }

    private static bool Contains(ReadOnlySpan<byte> head, ReadOnlySpan<byte> lowerCase)
    {
        for (var at = 0; at <= head.Length - lowerCase.Length; at++)
        {
            if (Ascii.EqualsIgnoreCase(head.Slice(at, lowerCase.Length), lowerCase))
                return true;
        }
        return false;
    }

    private static async Task Skip(Socket connection, long bytes)
    {
        var scratch = bytes > 0 ? new byte[Math.Min(bytes, HeadBytesMax)] : [];
        while (bytes > 0)
        {
            var received = await connection.ReceiveAsync(scratch.AsMemory(0, (int)Math.Min(bytes, scratch.Length)));
            if (received == 0)
                return;
            bytes -= received;
        }
    }

    private static async Task SendAll(Socket connection, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await connection.SendAsync(bytes)..];
    }

    private byte[] Response(Answer answer, bool close) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 200 OK\r\nContent-Type: {answer.Type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(answer.Body)}\r\nX-Server: {Name}\r\n{answer.Lines}{(close ? "Connection: close\r\n" : "")}\r\n{answer.Body}"));

    /// <param name="Lines">More header fields, each with its line end.</param>
    protected readonly record struct Answer(string Body, string Type = "text/plain; charset=utf-8", string Lines = "");
}
