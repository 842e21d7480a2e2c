using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit.Sdk;

namespace Naru.SystemTests.Harness;

/// <summary>A connection that an origin accepted.</summary>
internal sealed class OriginConnection(Socket socket, Origin origin, int number) : Wire(socket)
{
    /// <summary>The first is 1.</summary>
    public int Number { get; } = number;

    /// <summary>The next request with its body, noted in the origin's book; null when the peer closed.</summary>
    public async Task<HttpMessage?> NextRequestAsync()
    {
        var request = await ReadRequestAsync();
        if (request != null)
            origin.Note(request);
        return request;
    }

    public Task AnswerAsync(string body, int status = 200) =>
        SendAsync($"HTTP/1.1 {status} Status\r\nContent-Length: {Encoding.Latin1.GetByteCount(body)}\r\n\r\n{body}");
}

/// <summary>
/// A server whose every connection is handled by a small script, so that it can misbehave in any way. A script that ends
/// closes its connection. Invariant: a failed assertion in a script fails the test when the origin is disposed.
/// </summary>
internal sealed class Origin : IAsyncDisposable
{
    private readonly Func<OriginConnection, Task> _script;
    private readonly ConcurrentQueue<HttpMessage> _requests = new();
    private readonly ConcurrentQueue<Exception> _faults = new();
    private readonly ConcurrentDictionary<OriginConnection, Task> _open = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _accepted;

    public Origin(Func<OriginConnection, Task> script)
    {
        _script = script;
        Start();
    }

    public IPEndPoint Address { get; } = Ports.TakeAddress();

    /// <summary>Connections so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    public int Open => _open.Count;

    /// <summary>What came, in order.</summary>
    public IReadOnlyCollection<HttpMessage> Requests => _requests;

    /// <summary>Answers every request with 200 and the same text.</summary>
    public static Origin Saying(string text) => Answering(_ => text);

    public static Origin Answering(Func<HttpMessage, string> answer) => new(connection => ServeAsync(connection, answer));

    public static async Task ServeAsync(OriginConnection connection, Func<HttpMessage, string> answer)
    {
        while (await connection.NextRequestAsync() is { } request)
        {
            await connection.AnswerAsync(answer(request));
            if (request.Closes)
                return;
        }
    }

    public void Note(HttpMessage request) => _requests.Enqueue(request);

    public void Start()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(Address);
        listener.Listen(1024);
        _listener = listener;
        _accepting = AcceptAsync(listener);
    }

    /// <summary>As if the process had been killed: who is connected is reset, who comes is refused.</summary>
    public async Task StopAsync()
    {
        _listener?.Dispose();
        _listener = null;
        await _accepting;
        foreach (var (connection, _) in _open)
            connection.Reset();
        await Task.WhenAll(_open.Values);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Assert.Empty(_faults);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var connection = new OriginConnection(await listener.AcceptAsync(), this, Interlocked.Increment(ref _accepted));
                var ended = new TaskCompletionSource();
                _open[connection] = ended.Task;
                _ = RunAsync(connection, ended);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task RunAsync(OriginConnection connection, TaskCompletionSource ended)
    {
        try
        {
            await _script(connection);
        }
        catch (Exception e) when (e is XunitException or BadMessageException)
        {
            _faults.Enqueue(e);
        }
        catch (Exception)
        {
            // The peer went away, or the origin was stopped: what the test looks at tells whether that was right.
        }

        connection.Dispose();
        _open.TryRemove(connection, out _);
        ended.SetResult();
    }
}
