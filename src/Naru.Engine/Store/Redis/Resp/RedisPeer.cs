namespace Naru.Engine.Store.Redis.Resp;

/// <summary>Connects to one server. Failures are exceptions whose message is for the operator.</summary>
internal delegate Task<Stream> RedisDial(RedisAddress endpoint, RedisClientOptions options, CancellationToken cancellation);

/// <summary>
/// One server of a store: connects, says HELLO, and connects again whenever the connection ends.
/// Owner: the client. Thread: any may send; one task connects. Invariant: at most one connection at a time; a command is sent
/// only over one that has passed HELLO.
/// </summary>
internal sealed class RedisPeer : IAsyncDisposable
{
    private const int FirstBackoffMs = 50;

    private readonly RedisClientOptions _options;
    private readonly RedisDial _dial;
    private readonly TimeProvider _time;
    private readonly RedisChannels _channels;
    private readonly CancellationTokenSource _closing = new();
    private readonly Backoff _backoff;
    private readonly Task _keeping;
    private volatile RedisConnection? _ready;
    private volatile TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RedisFaultText _fault;

    public RedisPeer(RedisAddress endpoint, RedisClientOptions options, RedisDial dial, TimeProvider time, RedisChannels channels)
    {
        _channels = channels;
        Endpoint = endpoint;
        _fault = new RedisFaultText(RedisFault.NotConnected, $"{endpoint}: not connected");
        _options = options;
        _backoff = new Backoff(FirstBackoffMs, options.BackoffMaxMs, Random.Shared);
        _dial = dial;
        _time = time;
        _keeping = Task.Run(KeepAsync);
    }

    public RedisAddress Endpoint { get; }

    public bool IsReady => _ready is { IsOpen: true };

    /// <summary>Of a cluster: it tells who holds a key that it does not.</summary>
    public bool IsCluster { get; private set; }

    /// <summary>Why it is not ready.</summary>
    public RedisFaultText Fault => _fault;

    public Task<RedisReply> SendAsync(params ReadOnlySpan<RespCommand> commands) =>
        _ready is { } connection
            ? connection.SendAsync(commands)
            : Task.FromResult(RedisReply.Failed(_fault.Fault, _fault.Text));

    /// <summary>Ends when the try that is under way has come to something. At once with a connection.</summary>
    public Task TriedAsync() => _tried.Task;

    /// <summary>Asks the connection, if there is one, for the messages of one more channel.</summary>
    public async Task SubscribeAsync(string channel)
    {
        if (_ready is { } connection && !(await connection.SubscribeAsync([channel]).ConfigureAwait(false)).IsOk)
            Drop();
    }

    /// <summary>Ends the connection: what the server said shows that it is not the one to ask. A new one is made after a pause.</summary>
    public void Drop() => _ = _ready?.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task KeepAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            await UseOneConnectionAsync().ConfigureAwait(false);
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(_backoff.NextMs()), _time, _closing.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>From the first packet to the end of the connection.</summary>
    private async Task UseOneConnectionAsync()
    {
        RedisConnection? connection = null;
        if (_tried.Task.IsCompleted)
            _tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            using (var limit = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token))
            using (var timer = _time.CreateTimer(
                _ => limit.Cancel(), null, TimeSpan.FromMilliseconds(_options.ConnectTimeoutMs), Timeout.InfiniteTimeSpan))
            {
                var stream = await _dial(Endpoint, _options, limit.Token).ConfigureAwait(false);
                connection = new RedisConnection(stream, _options, _time, _channels.OnPush);
            }

            if ((await HelloAsync(connection).ConfigureAwait(false) ?? await SubscribeAsync(connection).ConfigureAwait(false)) is { } refused)
            {
                _fault = refused;
                return;
            }

            _backoff.Reset();
            _tried.TrySetResult();
            string reason = await connection.Closed.WaitAsync(_closing.Token).ConfigureAwait(false);
            _fault = new RedisFaultText(RedisFault.NotConnected, $"{Endpoint}: {reason}");
        }
        catch (OperationCanceledException)
        {
            _fault = new RedisFaultText(RedisFault.NotConnected, $"{Endpoint}: no connection in {_options.ConnectTimeoutMs} ms");
        }
        catch (Exception e)
        {
            _fault = new RedisFaultText(RedisFault.NotConnected, $"{Endpoint}: {e.Message}");
        }
        finally
        {
            _ready = null;
            _tried.TrySetResult();
            if (connection != null)
                await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Null when the server is one to ask.</summary>
    private async Task<RedisFaultText?> HelloAsync(RedisConnection connection)
    {
        var arguments = new RespArguments().Add(3);
        if (_options.Password is { } password)
            arguments.Add("AUTH").Add(_options.Username ?? "default").Add(password);
        var reply = await connection.SendAsync(new RespCommand("HELLO", arguments.Add("SETNAME").Add("naru")))
            .WaitAsync(_closing.Token).ConfigureAwait(false);
        if (!reply.IsOk)
        {
            string hint = reply.Detail.StartsWith("ERR unknown command", StringComparison.Ordinal) ? " (it must be Redis 6 or newer, or Valkey)" : "";
            return new RedisFaultText(reply.Fault, $"{Endpoint}: {reply.Detail}{hint}");
        }

        IsCluster = reply.Value.Find("mode")?.Text == "cluster";
        // A replica takes no writes. It may be made the master at any time: ask again later.
        return !IsCluster && reply.Value.Find("role")?.Text is "replica" or "slave"
            ? new RedisFaultText(RedisFault.Unready, $"{Endpoint}: it is a replica")
            : null;
    }

    private async Task<RedisFaultText?> SubscribeAsync(RedisConnection connection)
    {
        // A channel that is added from here on is asked for by who adds it.
        _ready = connection;
        string[] channels = _channels.Names;
        if (channels.Length == 0)
            return null;
        var reply = await connection.SubscribeAsync(channels).WaitAsync(_closing.Token).ConfigureAwait(false);
        return reply.IsOk ? null : new RedisFaultText(reply.Fault, $"{Endpoint}: {reply.Detail}");
    }
}

/// <summary>A fault with words for the operator.</summary>
internal sealed record RedisFaultText(RedisFault Fault, string Text);
