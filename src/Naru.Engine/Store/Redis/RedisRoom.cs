using System.Buffers;
using System.Buffers.Text;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Wire;
using Naru.Engine.Store.Redis.Resp;

namespace Naru.Engine.Store.Redis;

/// <summary>
/// One node's end of a line that is kept in Redis: reports go to the store, answers of whoever leads come back as messages.
/// Owner: the store. Thread: any, ticks in turn; messages come on the reading task of a connection.
/// Invariant: an update that is given out rests on a commit of the store.
/// </summary>
internal sealed class RedisRoom : IRoomAuthority
{
    /// <summary>A leader answers within milliseconds. Later than this the report is made anew.</summary>
    private const int AnswerMs = 250;

    private const int ControlMs = 2_000;
    private const int ControlAskMs = 25;

    private readonly RedisClient _client;
    private readonly RoomCalls _calls;
    private readonly ClusterClock _clock;
    private readonly TimeProvider _time;
    private readonly RoomLeader _leader;
    private readonly Action<string> _log;
    private readonly Action _onClosed;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly string _name;
    private volatile Waiter? _waiting;
    private volatile string? _loss = "it has not answered yet";
    private long _answeredTimestamp;
    private bool _isClosed;

    public RedisRoom(RedisClient client, string key, string node, RoomSettings settings, TimeProvider time, Action<string> log, Action onClosed)
    {
        _client = client;
        _name = settings.Name;
        _time = time;
        _log = log;
        _onClosed = onClosed;
        _calls = new RoomCalls(client, key, node);
        _clock = new ClusterClock(time);
        _leader = new RoomLeader(_calls, _clock, settings, log);
        _leader.Start();
        client.Subscribe(_calls.NodeChannel, OnAnswer);
        client.Subscribe(_calls.LeadChannel, _ => _leader.OnReport());
    }

    public StoreState State => _loss is { } loss ? new StoreState(StoreCondition.Lost, loss) : StoreState.Ok;

    /// <summary>This node leads the line.</summary>
    public bool Leads => _leader.Leads;

    public async ValueTask<bool> TickAsync(NodeReport report, RoomUpdate update, CancellationToken cancel = default)
    {
        update.Clear();
        _bytes.ResetWrittenCount();
        NodeReportWire.Write(report, _bytes);
        var waiter = new Waiter(report.Number);
        _waiting = waiter;
        var (isLed, reply) = await _calls.TellAsync(report.Number, _bytes.WrittenMemory).ConfigureAwait(false);
        if (isLed == null)
            return Fail(reply.Fault == RedisFault.NotConnected ? _calls.Fault : reply.Detail);
        if (isLed == false)
            _leader.Want();

        try
        {
            var (version, answer) = await waiter.Answer.Task.WaitAsync(TimeSpan.FromMilliseconds(AnswerMs), _time, cancel).ConfigureAwait(false);
            Read(version, answer, update);
        }
        catch (TimeoutException)
        {
            return Fail(_leader.Fault ?? (isLed == true ? "the node that leads does not answer" : "no node leads yet"));
        }
        catch (InvalidDataException e)
        {
            update.Clear();
            return Fail(e.Message);
        }

        if (update.View == null)
            return Fail("the node that leads cannot read this node's reports");
        _answeredTimestamp = _time.GetTimestamp();
        if (_loss != null)
            _loss = null;
        return true;
    }

    public async ValueTask<bool> ControlAsync(RoomControls controls, long nowMs, CancellationToken cancel = default)
    {
        var bytes = new ArrayBufferWriter<byte>();
        RoomControlsWire.Write(controls, bytes);
        if (await _calls.ControlAsync(bytes.WrittenMemory).ConfigureAwait(false) is not { } id)
            return false;
        long begun = _time.GetTimestamp();
        while (true)
        {
            bool isLate = _time.GetElapsedTime(begun).TotalMilliseconds > ControlMs;
            long? became = await _calls.ControlledAsync(id, takeBack: isLate).ConfigureAwait(false);
            if (became is 1 or -1)
                return became == 1;
            if (isLate && became == null)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(ControlAskMs), _time, cancel).ConfigureAwait(false);
        }
    }

    public ValueTask ConfigureAsync(RoomSettings settings, long nowMs, CancellationToken cancel = default)
    {
        _leader.Configure(settings);
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _client.Unsubscribe(_calls.NodeChannel);
        _client.Unsubscribe(_calls.LeadChannel);
        await _leader.DisposeAsync().ConfigureAwait(false);
        _onClosed();
    }

    /// <summary><c>version number update</c>; for the report that waits, or for one that was given up.</summary>
    private void OnAnswer(byte[] message)
    {
        if (_waiting is { } waiter
            && Utf8Parser.TryParse(message, out long version, out int used) && used < message.Length
            && Utf8Parser.TryParse(message.AsSpan(used + 1), out long number, out int more) && used + more + 2 <= message.Length
            && number == waiter.Number)
            waiter.Answer.TrySetResult((version, message.AsMemory(used + more + 2)));
    }

    private void Read(long version, ReadOnlyMemory<byte> answer, RoomUpdate update)
    {
        RoomUpdateWire.Read(answer.Span, update);
        _leader.Hear(version);
        if (update.View is { } view)
            _clock.Hear(view.NowMs);
    }

    private bool Fail(string reason)
    {
        // A single late answer is no loss yet.
        if (_time.GetElapsedTime(_answeredTimestamp).TotalMilliseconds < RoomLimits.StoreLostMs && _answeredTimestamp != 0)
            return false;
        if (_loss != reason)
            _log($"waiting room {_name}: store: {reason}");
        _loss = reason;
        return false;
    }

    /// <summary>A report that waits for its answer.</summary>
    private sealed record Waiter(long Number)
    {
        public TaskCompletionSource<(long Version, ReadOnlyMemory<byte> Update)> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
