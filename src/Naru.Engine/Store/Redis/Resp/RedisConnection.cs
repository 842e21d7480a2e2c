using System.Buffers;

namespace Naru.Engine.Store.Redis.Resp;

/// <summary>
/// Commands and their replies over one stream. Commands are sent as they come, without waiting for replies; those come in the
/// same order. Owner: its peer. Thread: any may send; one task reads, one writes.
/// Invariant: every command gets exactly one reply or fault, and a late reply never becomes another command's.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const int ReceiveBytes = 32 * 1024;

    private readonly Stream _stream;
    private readonly RedisClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<RespValue> _onPush;
    private readonly Lock _lock = new();
    private readonly Queue<Pending> _pending = new();
    private readonly SemaphoreSlim _toWrite = new(0);
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _deadline;
    private readonly Task _reading;
    private readonly Task _writing;
    private ArrayBufferWriter<byte> _outgoing = new(4096);
    private ArrayBufferWriter<byte> _sending = new(4096);
    private string? _fault;

    /// <param name="onPush">Gets what the server sends unasked; on the reading task, so it must be quick and never throw.</param>
    public RedisConnection(Stream stream, RedisClientOptions options, TimeProvider time, Action<RespValue> onPush)
    {
        _stream = stream;
        _options = options;
        _time = time;
        _onPush = onPush;
        _deadline = time.CreateTimer(_ => OnDeadline(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _reading = Task.Run(ReadAsync);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Ends with the reason when the connection does.</summary>
    public Task<string> Closed => _closed.Task;

    public bool IsOpen => Volatile.Read(ref _fault) == null;

    /// <summary>Sends commands with nothing of others between, and returns the reply of the last. Never throws.</summary>
    public Task<RedisReply> SendAsync(params ReadOnlySpan<RespCommand> commands) => SendAsync(unanswered: null, commands);

    /// <summary>
    /// Asks for the messages of channels. What answers SUBSCRIBE comes as pushes, so a PING behind it gets the reply; a refusal
    /// comes as a reply instead, and the PING's own then ends the connection.
    /// </summary>
    public Task<RedisReply> SubscribeAsync(IEnumerable<string> channels)
    {
        var arguments = new RespArguments();
        foreach (string channel in channels)
            arguments.Add(channel);
        return SendAsync(unanswered: new RespCommand("SUBSCRIBE", arguments), new RespCommand("PING", new RespArguments()));
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync("closed").ConfigureAwait(false);
        await _closed.Task.ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        _toWrite.Dispose();
        _closing.Dispose();
    }

    private Task<RedisReply> SendAsync(RespCommand? unanswered, params ReadOnlySpan<RespCommand> commands)
    {
        Pending? last = null;
        lock (_lock)
        {
            if (_fault != null)
                return Task.FromResult(RedisReply.Failed(RedisFault.NotConnected, _fault));
            if (_pending.Count + commands.Length > _options.InFlightMax)
                return Task.FromResult(RedisReply.Failed(RedisFault.QueueFull, $"{_pending.Count} commands wait for the store's replies"));
            long now = _time.GetTimestamp();
            bool wasIdle = _pending.Count == 0;
            unanswered?.WriteTo(_outgoing);
            foreach (var command in commands)
            {
                last = new Pending(command.Name, now);
                _pending.Enqueue(last);
                command.WriteTo(_outgoing);
            }

            if (wasIdle)
                _deadline.Change(TimeSpan.FromMilliseconds(_options.CommandTimeoutMs), Timeout.InfiniteTimeSpan);
            _toWrite.Release();
        }

        return last!.Reply.Task;
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                await _toWrite.WaitAsync(_closing.Token).ConfigureAwait(false);
                lock (_lock)
                    (_outgoing, _sending) = (_sending, _outgoing);
                if (_sending.WrittenCount == 0)
                    continue;
                await _stream.WriteAsync(_sending.WrittenMemory, _closing.Token).ConfigureAwait(false);
                await _stream.FlushAsync(_closing.Token).ConfigureAwait(false);
                _sending.ResetWrittenCount();
            }
        }
        catch (Exception e)
        {
            await EndAsync(Reason(e)).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync()
    {
        string reason = "the server closed the connection";
        var buffer = new byte[ReceiveBytes];
        var reader = new RespReader(_options.Limits);
        try
        {
            while (true)
            {
                int received = await _stream.ReadAsync(buffer, _closing.Token).ConfigureAwait(false);
                if (received == 0)
                    break;
                if (TakeReplies(reader, buffer.AsSpan(0, received)) is not { } fault)
                    continue;
                reason = fault;
                break;
            }
        }
        catch (Exception e)
        {
            reason = Reason(e);
        }

        await EndAsync(reason).ConfigureAwait(false);
    }

    /// <summary>Null, or why the connection cannot go on.</summary>
    private string? TakeReplies(RespReader reader, ReadOnlySpan<byte> data)
    {
        while (true)
        {
            var step = reader.Read(data, out int consumed, out var value);
            data = data[consumed..];
            switch (step)
            {
                case RespStep.NeedMore:
                    return null;
                case RespStep.Broken:
                    return $"the server sent no RESP3: {reader.Fault}";
                default:
                    if (value.Kind == RespKind.Push)
                        _onPush(value);
                    else if (!TakeReply(value))
                        return "the server replied to no command";
                    break;
            }
        }
    }

    private bool TakeReply(RespValue value)
    {
        Pending? pending;
        lock (_lock)
        {
            if (!_pending.TryDequeue(out pending))
                return false;
            ArmDeadline();
        }

        // Nobody waits any more when its time ran out.
        pending.Reply.TrySetResult(RedisReply.Of(value));
        return true;
    }

    private void OnDeadline()
    {
        List<Pending>? late = null;
        bool isSilent = false;
        lock (_lock)
        {
            foreach (var pending in _pending)
            {
                double waitedMs = WaitedMs(pending);
                isSilent |= waitedMs >= _options.SilenceMs;
                if (waitedMs < _options.CommandTimeoutMs)
                    break;
                if (!pending.Reply.Task.IsCompleted)
                    (late ??= []).Add(pending);
            }
        }

        foreach (var pending in late ?? [])
            pending.Reply.TrySetResult(RedisReply.Failed(RedisFault.Timeout, $"no reply to {pending.Name} in {_options.CommandTimeoutMs} ms"));
        if (isSilent)
        {
            _ = EndAsync($"no reply for {_options.SilenceMs} ms");
            return;
        }

        lock (_lock)
            ArmDeadline();
    }

    /// <summary>For the first command that still waits; or, when all ran out, for the end of patience with the connection.</summary>
    private void ArmDeadline()
    {
        double dueMs = double.PositiveInfinity;
        bool isFirst = true;
        foreach (var pending in _pending)
        {
            double waitedMs = WaitedMs(pending);
            if (isFirst)
                dueMs = _options.SilenceMs - waitedMs;
            isFirst = false;
            if (pending.Reply.Task.IsCompleted)
                continue;
            dueMs = Math.Min(dueMs, _options.CommandTimeoutMs - waitedMs);
            break;
        }

        _deadline.Change(
            double.IsPositiveInfinity(dueMs) ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(dueMs))),
            Timeout.InfiniteTimeSpan);
    }

    private double WaitedMs(Pending pending) => _time.GetElapsedTime(pending.SentTimestamp).TotalMilliseconds;

    private async Task EndAsync(string reason)
    {
        Pending[] cut;
        lock (_lock)
        {
            if (_fault != null)
                return;
            _fault = reason;
            cut = [.. _pending];
            _pending.Clear();
        }

        await _deadline.DisposeAsync().ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        foreach (var pending in cut)
            pending.Reply.TrySetResult(RedisReply.Failed(RedisFault.Cut, reason));
        _closed.TrySetResult(reason);
    }

    private static string Reason(Exception e) => e is OperationCanceledException ? "closed" : (e.InnerException ?? e).Message;

    private sealed record Pending(string Name, long SentTimestamp)
    {
        public TaskCompletionSource<RedisReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
