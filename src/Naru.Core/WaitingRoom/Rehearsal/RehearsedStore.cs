using System.Buffers;
using System.Buffers.Binary;

namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// The store of a rehearsal: the real authority, behind a connection that can be slow or away, and in a process that can end.
/// Owner: one rehearsal. Thread: the caller's.
/// </summary>
internal sealed class RehearsedStore
{
    private readonly RoomSettings _settings;
    private readonly CrowdRandom _random;
    private readonly IReadOnlyList<CrowdEvent> _events;
    private readonly long _startMs;
    private readonly ArrayBufferWriter<byte> _journal = new();
    private RoomControls _controls = RoomControls.None;
    private RoomAuthority _authority;

    public RehearsedStore(RoomSettings settings, IReadOnlyList<CrowdEvent> events, CrowdRandom random, long startMs)
    {
        (_settings, _events, _random, _startMs) = (settings, events, random, startMs);
        _authority = new RoomAuthority(settings, Fill, startMs);
    }

    public RoomView View => _authority.View;

    /// <summary>By the operator's last change.</summary>
    public double AdmitPerSecond => _controls.AdmitPerSecond ?? _settings.AdmitPerSecond;

    public int ActiveLimit => _controls.Active ?? _settings.Active;

    public ServingHistory Mark { get; } = new();

    /// <summary>True while a call of the node does not come through.</summary>
    public bool IsDown(int node, long nowMs) => Find(CrowdEventKind.StoreDown, node, nowMs) is not null;

    /// <summary>What a call takes there and back.</summary>
    public int DelayMs(int node, long nowMs) => (int)(Find(CrowdEventKind.StoreSlow, node, nowMs)?.Delay.TotalMilliseconds ?? 0);

    public void Tick(NodeReport report, RoomUpdate update, long nowMs)
    {
        _authority.Tick(report, update, nowMs);
        _authority.TakeChanges(_journal);
        Mark.Note(_authority.View.Serving, nowMs);
    }

    public void Control(RoomControls controls, long nowMs)
    {
        _controls = controls;
        _authority.Apply(controls, nowMs);
        _authority.TakeChanges(_journal);
        Mark.Note(_authority.View.Serving, nowMs);
    }

    public RoomControls Controls => _controls;

    /// <summary>The process ends and begins again from its journal.</summary>
    public void Restart(long nowMs)
    {
        var again = new RoomAuthority(_settings, Fill, nowMs);
        again.Replay(_journal.WrittenSpan);
        _authority = again;
    }

    private void Fill(Span<byte> target)
    {
        Span<byte> eight = stackalloc byte[8];
        for (var at = 0; at < target.Length; at += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(eight, _random.NextUInt64());
            eight[..Math.Min(8, target.Length - at)].CopyTo(target[at..]);
        }
    }

    private CrowdEvent? Find(CrowdEventKind kind, int node, long nowMs)
    {
        foreach (var e in _events)
            if (e.Kind == kind && (e.Node == 0 || e.Node == node + 1) && e.IsOn(nowMs - _startMs))
                return e;
        return null;
    }
}
