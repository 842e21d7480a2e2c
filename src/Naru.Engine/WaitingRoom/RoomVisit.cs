using Naru.Core.Http;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Joins;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// What a waiting room decided about one request: what the visitor is told, the lines that the response gets, and the slot that is
/// held while the request or its tunnel is open.
/// Owner: an exchange. Thread: its loop. Invariant: what is held (slot, stream) is let go exactly once, when the exchange is recorded.
/// </summary>
internal sealed class RoomVisit
{
    private readonly byte[] _lines = new byte[HttpLimits.AddedLinesBytesMax];
    private int _linesLength;
    private Grant _held;
    private bool _isInside;
    private bool _holds;
    private bool _streams;

    /// <summary>Null: the request has met no room.</summary>
    public Room? Room { get; private set; }

    /// <summary>Read once: a reload meanwhile does not change the rules of this request.</summary>
    public RoomRules Rules { get; private set; } = null!;

    /// <summary>The visitor came over https.</summary>
    public bool IsSecure { get; private set; }

    /// <summary>Where the loop counts.</summary>
    public LoopRoom Counters { get; private set; } = null!;

    /// <summary>Where the visitor stands, for the answer; the interval in it holds also for those who have no place.</summary>
    public VisitorView View { get; set; }

    public NoPlace NoPlace { get; set; }

    /// <summary>Of <see cref="RoomIdentity"/>; 0: none.</summary>
    public ulong Login { get; set; }

    /// <summary>Of the ticket; 0: none.</summary>
    public long IssuedMs { get; set; }

    /// <summary>With <see cref="NoPlace.Slowed"/>: the turn that is kept.</summary>
    public Slip Slip { get; set; }

    /// <summary>The answer is held back for so long first.</summary>
    public int DelayMs { get; set; }

    /// <summary>A pass was shown that is worth nothing any more: the next cookie that is set takes it away.</summary>
    public bool HasDeadPass { get; set; }

    /// <summary>Of the response, with CRLF.</summary>
    public ReadOnlySpan<byte> Lines => _lines.AsSpan(0, _linesLength);

    /// <summary>Where the next line is written.</summary>
    public Span<byte> FreeLines => _lines.AsSpan(_linesLength);

    public void Reset()
    {
        Room = null;
        _linesLength = 0;
    }

    public void Begin(Room room, int loop, bool isSecure)
    {
        Room = room;
        Rules = room.Rules;
        Counters = room.ForLoop(loop);
        IsSecure = isSecure;
        View = default;
        NoPlace = NoPlace.None;
        IssuedMs = 0;
        Login = 0;
        DelayMs = 0;
        HasDeadPass = false;
        _linesLength = 0;
        _isInside = _holds = false;
    }

    public void AddedLine(int bytes) => _linesLength += bytes;

    /// <summary>False: there are as many streams as a room holds.</summary>
    public bool TryHoldStream() => _streams = Room!.TryAddStream();

    public void AddLine(ReadOnlySpan<byte> line)
    {
        line.CopyTo(FreeLines);
        _linesLength += line.Length;
    }

    /// <summary>The session lives while the request does.</summary>
    public void Hold(in Grant grant)
    {
        _held = grant;
        _isInside = true;
        _holds = Room!.Node.Hold(grant.Slot);
    }

    /// <summary>
    /// The server ended the session: the slot is free for the next visitor. Pass and ticket are taken away, since a ticket whose
    /// session is over is worth nothing.
    /// </summary>
    public void Release()
    {
        if (!_isInside)
            return;
        Room!.Node.Release(_held.Slot, _held.Admission);
        _linesLength = 0;
        AddedLine(Rules.Cookies.WritePassEnd(IsSecure, FreeLines));
        AddedLine(Rules.Cookies.WriteTicketEnd(IsSecure, FreeLines));
    }

    /// <summary>The request is over. Idempotent.</summary>
    public void Leave(long loopMs)
    {
        if (Room == null)
            return;
        if (_streams)
            Room.RemoveStream();
        if (_holds)
            Room.Node.Unhold(_held.Slot, Room.Clock.At(loopMs));
        _streams = _isInside = _holds = false;
    }
}
