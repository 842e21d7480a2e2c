namespace Naru.Core.WaitingRoom.Rehearsal;

internal enum VisitorKind : byte
{
    Human,

    /// <summary>Polls without heeding the interval.</summary>
    Flood,

    /// <summary>Deletes its cookie and joins again.</summary>
    Rejoin,
}

internal enum VisitorStage : byte
{
    /// <summary>Has no number: comes for the first time, or comes again.</summary>
    Outside,

    /// <summary>The node has no number for it yet; it answers as soon as it has.</summary>
    Parked,

    /// <summary>Holds a number.</summary>
    Waiting,

    /// <summary>Holds a pass.</summary>
    Inside,

    /// <summary>The visit is over, the pass not yet.</summary>
    Lingering,

    Over,
}

/// <summary>One visitor, as the crowd sees them. Times are Unix milliseconds of the true clock.</summary>
internal struct CrowdVisitor
{
    public VisitorKind Kind;
    public VisitorStage Stage;
    public byte Node;

    /// <summary>The page sleeps, and wakes with all others of its kind.</summary>
    public bool IsHidden;

    public bool HasCome;
    public bool IsCalled;

    /// <summary>Told off once (missed turn, lost pass, store): waits of such visitors are not those of the line.</summary>
    public bool IsIrregular;

    /// <summary>The node that saw the pass last was killed before it told of it.</summary>
    public bool IsDoubted;

    /// <summary>When the room has certainly heard that a doubted pass is in use again; <see cref="long.MaxValue"/>: it is not in use.</summary>
    public long HeardMs;

    public long Number;
    public long Epoch;
    public long JoinedMs;

    /// <summary>
    /// Since when the room may know that this number is out: <see cref="JoinedMs"/>, or later if the node that gave it was killed or cut
    /// off before it told of it; <see cref="long.MaxValue"/>: it does not.
    /// </summary>
    public long KnownMs;

    /// <summary>Which process of <see cref="Node"/> knows of the number, as long as the room does not.</summary>
    public int NodeLife;

    public long CalledMs;

    /// <summary>Closes the page then, if still waiting.</summary>
    public long LeavesMs;

    /// <summary>A bot deletes its cookie then.</summary>
    public long RejoinMs;

    public Grant Pass;
    public long PassIssuedMs;
    public long VisitEndsMs;
    public long LastSeenMs;
}
