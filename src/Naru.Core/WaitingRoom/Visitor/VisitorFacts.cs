namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>Why a visitor has no place.</summary>
public enum NoPlace : byte
{
    /// <summary>Has one, or the view says why not.</summary>
    None,

    /// <summary>No number is at hand: the store is lost, or its disk is full.</summary>
    Held,

    /// <summary>The room serves only who waits already.</summary>
    Draining,

    /// <summary>The join limits keep a turn for later.</summary>
    Slowed,
}

/// <summary>All that the waiting page says about one visitor at one moment.</summary>
public readonly ref struct VisitorFacts
{
    public required VisitorView View { get; init; }

    public required RoomPhase Phase { get; init; }

    public required long NowMs { get; init; }

    /// <summary>When the ticket was given, for the progress; 0: unknown.</summary>
    public long IssuedMs { get; init; }

    /// <summary>When the doors open; 0: not scheduled.</summary>
    public long OpensMs { get; init; }

    /// <summary>Of the operator's time zone to UTC, in which the opening is told where no script knows the visitor's.</summary>
    public TimeSpan OpensOffset { get; init; }

    /// <summary>As the visitor typed it, canonical; shown at the top.</summary>
    public ReadOnlySpan<byte> Host { get; init; }

    /// <summary>The operator's, UTF-8; empty: none.</summary>
    public ReadOnlySpan<byte> Message { get; init; }

    /// <summary>SHA-256 of the seed of the draw to come; empty: none.</summary>
    public ReadOnlySpan<byte> Commitment { get; init; }

    /// <summary>The seed of the draw that gave this visitor's place; empty: not drawn.</summary>
    public ReadOnlySpan<byte> Seed { get; init; }

    public NoPlace NoPlace { get; init; }

    /// <summary>With Slowed: what the browser may work on.</summary>
    public ulong Puzzle { get; init; }

    /// <summary>0: no work.</summary>
    public int WorkBits { get; init; }

    /// <summary>The request carried something that loading the page again will not carry: it was neither GET nor HEAD.</summary>
    public bool MustResend { get; init; }

    /// <summary>After how many seconds the page or program shall come back: Retry-After, and the refresh of browsers without JavaScript.</summary>
    public int RetryAfterSeconds => RetryAfter(View.PollAfterMs);

    internal PageScene Scene =>
        NoPlace == NoPlace.Held ? PageScene.Held
        : NoPlace == NoPlace.Slowed ? PageScene.Slowed
        : NoPlace == NoPlace.Draining ? PageScene.Closed
        : View.State switch
        {
            VisitorState.Prequeue => PageScene.Prequeue,
            VisitorState.Waiting => View.Paused ? PageScene.Paused : PageScene.Waiting,
            VisitorState.Called => PageScene.Called,
            VisitorState.Admitted => PageScene.Admitted,
            VisitorState.Closed => Phase == RoomPhase.Scheduled ? PageScene.Scheduled : PageScene.Closed,
            _ => Phase switch
            {
                RoomPhase.Scheduled => PageScene.Scheduled,
                RoomPhase.Closed => PageScene.Closed,
                _ => PageScene.Held,
            },
        };

    internal DateTimeOffset Opens => DateTimeOffset.FromUnixTimeMilliseconds(OpensMs).ToOffset(OpensOffset);

    /// <summary>0: open, or not scheduled.</summary>
    internal long OpensInMs => OpensMs > NowMs ? OpensMs - NowMs : 0;

    /// <summary>0 to 100: the time waited as a share of it and the time still expected.</summary>
    internal int ProgressPercent
    {
        get
        {
            if (View.State is VisitorState.Called or VisitorState.Admitted)
                return 100;
            double waitedS = IssuedMs > 0 ? Math.Max(0, NowMs - IssuedMs) / 1000.0 : 0;
            double stillS = (View.EtaLowS + (double)View.EtaHighS) / 2;
            return waitedS + stillS <= 0 ? 0 : (int)Math.Min(99, 100 * waitedS / (waitedS + stillS));
        }
    }

    /// <summary>Whole seconds, at least one, so that nobody comes back before the interval is over.</summary>
    public static int RetryAfter(int pollAfterMs) => (int)Math.Max(1, ((long)pollAfterMs + 999) / 1000);
}
