using System.Buffers;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Wire;
using Naru.Engine.Store.Redis.Resp;

namespace Naru.Engine.Store.Redis;

/// <summary>
/// Leads the line of a room while this node has the lease: takes the reports of all nodes, lets the authority answer them, commits
/// what changed and the answers in one step. Owner: the room. Thread: one task.
/// Invariant: an answer leaves only with the commit that it rests on, and a commit counts only under the lease and on the version
/// that the authority in memory stands on.
/// </summary>
internal sealed class RoomLeader : IAsyncDisposable
{
    /// <summary>Without reports the lease is kept so often.</summary>
    private const int KeepLeaseMs = RoomCalls.LeaseMs / 5;

    /// <summary>After a commit that was not answered, or a fault.</summary>
    private const int AgainMs = 50;

    private readonly RoomCalls _calls;
    private readonly ClusterClock _clock;
    private readonly Action<string> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly RoomUpdate _update = new();
    private readonly NodeReport _report = new();
    private readonly ArrayBufferWriter<byte> _changes = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly RoomImage _image;
    private RoomSettings _settings;
    private RoomSettings? _settingsInForce;
    private RoomAuthority? _authority;
    private Task _running = Task.CompletedTask;
    private Lease _lease;
    private long _versionSeen;
    private volatile bool _isWanted;
    private volatile bool _leads;
    private volatile string? _fault;

    public RoomLeader(RoomCalls calls, ClusterClock clock, RoomSettings settings, Action<string> log)
    {
        _calls = calls;
        _clock = clock;
        _settings = settings;
        _log = log;
        _image = new RoomImage(calls);
    }

    public bool Leads => _leads;

    /// <summary>Why this node cannot lead; null: it could.</summary>
    public string? Fault => _fault;

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>A report came in. Of no meaning to who does not lead.</summary>
    public void OnReport()
    {
        if (_leads)
            Wake();
    }

    /// <summary>Nobody leads.</summary>
    public void Want()
    {
        _isWanted = true;
        Wake();
    }

    /// <summary>The version that an answer rested on.</summary>
    public void Hear(long version) => Volatile.Write(ref _versionSeen, version);

    /// <summary>In force when, and as long as, this node leads.</summary>
    public void Configure(RoomSettings settings)
    {
        Volatile.Write(ref _settings, settings);
        OnReport();
    }

    /// <summary>Leaves the lease to another node.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_leads)
            await _calls.ResignAsync(_lease).ConfigureAwait(false);
        _leads = false;
        _stop.Dispose();
        _wake.Dispose();
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Awake already, or gone.
        }
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(_leads ? KeepLeaseMs : Timeout.Infinite, _stop.Token).ConfigureAwait(false);
                if (!_leads && _isWanted)
                {
                    _isWanted = false;
                    await TryLeadAsync().ConfigureAwait(false);
                }

                if (_leads)
                    await WorkAsync().ConfigureAwait(false);
                _fault = null;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                // What is stored cannot be read, or the authority failed: it begins again from what is stored.
                if (_fault != e.Message)
                    _log($"waiting room {_settings.Name}: this node cannot lead the line: {e.Message}");
                _fault = e.Message;
                await StepDownAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task StepDownAsync()
    {
        _authority = null;
        if (_leads)
            await _calls.ResignAsync(_lease).ConfigureAwait(false);
        _leads = false;
    }

    /// <summary>
    /// 1 asks for the lease; 2 takes the line from memory, if nobody led since, or else from the store; 3 when the store lost data,
    /// puts the line there anew.
    /// </summary>
    private async Task TryLeadAsync()
    {
        // 1
        long held = _authority == null ? -1 : _lease.Version;
        long seen = Volatile.Read(ref _versionSeen);
        var answer = await _calls.LeadAsync(held, seen, _lease.Token).ConfigureAwait(false);
        if (!answer.Leads)
            return;
        _lease = new Lease(answer.Token, answer.Version);
        if (!_clock.IsSet)
            _clock.Begin(answer.LineMs, answer.WrittenAtMs, answer.StoreMs);

        // 2
        if (_authority == null || held < answer.Version)
        {
            _changes.ResetWrittenCount();
            _authority = await _image.LoadAsync(_settings, _clock.NowMs).ConfigureAwait(false);
            if (_authority == null)
                return;
            // No node that lives may know what the store lost, be it the last second before a power failure.
            if (answer.Version > 0 && seen == 0)
                _authority.SkipAhead();
        }

        _settingsInForce = null;

        // 3
        bool isNew = answer.Version == 0 && held < 0 && seen == 0;
        if (answer.Version == 0 || answer.Version < held || answer.Version < seen)
        {
            long version = Math.Max(answer.Version, Math.Max(held, seen)) + 1;
            if (!await SaveAsync(long.MaxValue, version).ConfigureAwait(false))
                return;
            _authority.TakeChanges(_changes);
            _changes.ResetWrittenCount();
            if (!isNew)
                _log($"waiting room {_settings.Name}: the store had lost data (version {answer.Version} of {Math.Max(held, seen)}); the line goes on from "
                    + (held >= seen ? "this node's memory." : "what is left, and from what nodes and visitors know."));
        }

        _leads = true;
        _log($"waiting room {_settings.Name}: this node leads the line.");
    }

    /// <summary>Until nothing is left to do: takes reports, answers them, commits.</summary>
    private async Task WorkAsync()
    {
        var settings = Volatile.Read(ref _settings);
        if (settings != _settingsInForce)
            _authority!.Configure(settings, _clock.NowMs);
        _settingsInForce = settings;

        var answers = new RespArguments();
        long applied = 0;
        while (true)
        {
            _authority!.TakeChanges(_changes);
            var done = await CommitAsync(answers, applied).ConfigureAwait(false);
            if (done == null)
                return;
            _clock.Follow(done.StoreMs);
            if (_image.IsSaveDue(done.LogEntries) && !await SaveAsync(done.LogEntries, _lease.Version + 1).ConfigureAwait(false))
                return;
            if (done.Reports.Count == 0 && done.Controls.Count == 0)
                return;
            applied = Apply(done.Controls);
            answers = Answer(done.Reports);
        }
    }

    /// <summary>Null: this node does not lead any more.</summary>
    private async Task<WorkAnswer?> CommitAsync(RespArguments answers, long applied)
    {
        bool bumps = _changes.WrittenCount > 0 || answers.Count > 0;
        bool isRepeated = false;
        while (true)
        {
            var done = await _calls.WorkAsync(_lease, _clock.NowMs, _changes.WrittenMemory, applied, answers).ConfigureAwait(false);
            switch (done.Status)
            {
                case WorkStatus.Done:
                    _lease = _lease with { Version = done.Version };
                    _image.Logged(_changes.WrittenCount);
                    _changes.ResetWrittenCount();
                    return done;
                case WorkStatus.Unanswered:
                    // Done or not: the version tells. Nobody else changes it while this node's lease is what the store has.
                    isRepeated = true;
                    await Task.Delay(AgainMs, _stop.Token).ConfigureAwait(false);
                    continue;
                case WorkStatus.OtherVersion when isRepeated && bumps && done.Version == _lease.Version + 1:
                    _lease = _lease with { Version = done.Version };
                    _image.Logged(_changes.WrittenCount);
                    _changes.ResetWrittenCount();
                    bumps = false;
                    answers = new RespArguments();
                    applied = 0;
                    continue;
                case WorkStatus.Fenced:
                    _log($"waiting room {_settings.Name}: another node leads the line.");
                    _authority = null;
                    _leads = false;
                    return null;
                default:
                    // The store lost data; this node remembers, and asks for the lease again.
                    _leads = false;
                    Want();
                    return null;
            }
        }
    }

    private long Apply(IReadOnlyList<(long Id, byte[] Controls)> controls)
    {
        long last = 0;
        foreach (var (id, bytes) in controls)
        {
            last = id;
            _authority!.Apply(RoomControlsWire.Read(bytes), _clock.NowMs);
        }

        return last;
    }

    private RespArguments Answer(IReadOnlyList<(string Node, long Number, ReadOnlyMemory<byte> Report)> reports)
    {
        var answers = new RespArguments();
        long nowMs = _clock.NowMs;
        foreach (var (node, number, bytes) in reports)
        {
            _update.Clear();
            try
            {
                NodeReportWire.Read(bytes.Span, _report);
                _authority!.Tick(_report, _update, nowMs);
                LimitLeases();
            }
            catch (InvalidDataException e)
            {
                // A node of another version: it gets an empty answer and stays without a line; the others go on.
                _log($"waiting room {_settings.Name}: node {node}: {e.Message}");
            }

            _bytes.ResetWrittenCount();
            RoomUpdateWire.Write(_update, _bytes);
            answers.Add(node).Add(number).Add(_bytes.WrittenSpan);
        }

        return answers;
    }

    /// <summary>A node that seems to be alone may only not have met the others yet.</summary>
    private void LimitLeases()
    {
        for (int i = 0; i < _update.Leases.Count; i++)
            _update.Leases[i] = _update.Leases[i] with { ExpiresMs = Math.Min(_update.Leases[i].ExpiresMs, _report.NowMs + RoomLimits.LeaseMs) };
    }

    /// <param name="logEntries">So many are in the snapshot; <see cref="long.MaxValue"/>: all that the store has.</param>
    private async Task<bool> SaveAsync(long logEntries, long version)
    {
        _bytes.ResetWrittenCount();
        _authority!.Save(_bytes);
        if (!await _image.SaveAsync(_lease, _bytes.WrittenMemory, logEntries, version).ConfigureAwait(false))
        {
            _leads = false;
            Want();
            return false;
        }

        _lease = _lease with { Version = version };
        return true;
    }
}
