using System.Buffers;

namespace Naru.Core.WaitingRoom;

/// <summary>Fills the bytes with secret random ones.</summary>
public delegate void FillRandom(Span<byte> target);

/// <summary>
/// What all nodes of a cluster agree on about one room. Pure: time comes with the reports, random bytes from the caller.
/// Owner: the store. Thread: one at a time. Invariants: numbers and admissions never repeat; admissions in any window t stay within
/// rate · t + max(1, <see cref="RoomLimits.BurstSeconds"/> of rate); active never above the limit by a new admission.
/// <para>
/// A store calls <see cref="Tick"/>, then <see cref="TakeChanges"/>, makes the bytes durable, and only then gives the update to the
/// node. To recover: <see cref="Restore"/> the last <see cref="Save"/>, then <see cref="Replay"/> the changes since, in order; a
/// change that is replayed twice does no harm.
/// </para>
/// </summary>
public sealed class RoomAuthority
{
    private readonly FillRandom _random;
    private readonly ArrayBufferWriter<byte> _changes = new();
    private readonly Stack<int> _free = new();
    private RoomSettings _settings;
    private long _high = 1;
    private long _serving = 1;
    private long _admission = 1;
    private double _tokens = 1;
    private long _lastMs;
    private long _sequence;
    private int _active;
    private RoomControls _controls = RoomControls.None;

    /// <summary>A room that nobody ever entered.</summary>
    public RoomAuthority(RoomSettings settings, FillRandom random, long nowMs)
    {
        _settings = settings;
        _random = random;
        _lastMs = nowMs;
        for (int slot = settings.Active - 1; slot >= 0; slot--)
            _free.Push(slot);
        View = MakeView(1, nowMs);
    }

    /// <summary>As of the last tick.</summary>
    public RoomView View { get; private set; }

    /// <summary>Takes in what happened on a node and fills in what it gets.</summary>
    public void Tick(NodeReport report, RoomUpdate update)
    {
        update.Clear();
        double rate = View.Settings.AdmitPerSecond;
        _tokens = Math.Min(Math.Max(1, rate * RoomLimits.BurstSeconds) - report.GrantsAtHand, _tokens + rate * (report.NowMs - _lastMs) / 1000);
        _lastMs = report.NowMs;
        long next = _high;
        foreach (var lease in report.Leases)
        {
            next = lease.Next;
            update.Leases.Add(new NumberLease(lease.From, lease.To, long.MaxValue));
        }
        if (_high - next < 16_384)
        {
            update.Leases.Add(new NumberLease(_high, _high + 16_384, long.MaxValue));
            _high += 16_384;
        }
        _serving = _controls.Paused ? _serving : next;
        while (_tokens >= 1 && _free.Count > 0 && !_controls.Paused)
        {
            _tokens--;
            _active++;
            update.Grants.Add(new Grant(_free.Pop(), _admission++));
        }
        foreach (var released in report.Released)
        {
            _active--;
            _free.Push(released.Slot);
        }
        update.View = View = MakeView(next, report.NowMs);
        update.Sequence = ++_sequence;
    }

    /// <summary>Puts the operator's changes in force; nodes see them with their next update.</summary>
    public void Apply(RoomControls controls, long nowMs)
    {
        _controls = controls;
        View = MakeView(_serving, nowMs);
    }

    /// <summary>Puts a reloaded configuration in force; places, sessions and the operator's changes stay.</summary>
    public void Configure(RoomSettings settings, long nowMs)
    {
        _settings = settings;
        View = MakeView(_serving, nowMs);
    }

    /// <summary>Everything that must outlive the process.</summary>
    public void Save(IBufferWriter<byte> target) => throw new NotSupportedException("The journal comes with the next piece.");

    /// <summary>A room as it was saved. Throws <see cref="InvalidDataException"/> when the bytes are not a saved room.</summary>
    public static RoomAuthority Restore(ReadOnlySpan<byte> saved, RoomSettings settings, FillRandom random, long nowMs) =>
        throw new NotSupportedException("The journal comes with the next piece.");

    /// <summary>What changed durably since the last call; nothing when nothing did.</summary>
    public void TakeChanges(IBufferWriter<byte> target)
    {
        target.Write(_changes.WrittenSpan);
        _changes.ResetWrittenCount();
    }

    /// <summary>Puts changes in place again. Throws <see cref="InvalidDataException"/> when the bytes are not changes.</summary>
    public void Replay(ReadOnlySpan<byte> changes)
    {
        if (changes.Length > 0)
            throw new InvalidDataException($"Room {_settings.Name} has no changes of that kind.");
    }

    private RoomView MakeView(long next, long nowMs) => new()
    {
        Settings = _settings with
        {
            AdmitPerSecond = _controls.AdmitPerSecond ?? _settings.AdmitPerSecond,
            Active = _controls.Active ?? _settings.Active,
        },
        Controls = _controls,
        Phase = _settings.Mode switch { RoomMode.Passthrough => RoomPhase.Passthrough, RoomMode.Reject => RoomPhase.Closed, _ => RoomPhase.Open },
        NowMs = nowMs,
        Epoch = 1,
        RevokedBelow = 1,
        High = _high,
        Serving = _serving,
        GraceFrom = 1,
        AdmissionHigh = _admission,
        Waiting = Math.Max(0, next - _serving),
        Active = _active,
        Direct = _serving == next,
        CalledPerSecond = _settings.AdmitPerSecond,
        EtaSpread = 0.2,
    };
}
