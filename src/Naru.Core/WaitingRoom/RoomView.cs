using Naru.Core.WaitingRoom.Forecast;

namespace Naru.Core.WaitingRoom;

/// <summary>
/// What all nodes know of one room. Numbers are what tickets carry; positions are the order of service: the same, unless a
/// draw decided otherwise. Immutable; any thread.
/// </summary>
public sealed class RoomView
{
    /// <summary>Settings with the operator's changes in force.</summary>
    public required RoomSettings Settings { get; init; }

    public required RoomControls Controls { get; init; }

    public RoomPhase Phase { get; init; }

    /// <summary>The clock of the authority, Unix milliseconds.</summary>
    public long NowMs { get; init; }

    /// <summary>New tickets carry it. Grows with each revocation and each failover.</summary>
    public long Epoch { get; init; }

    /// <summary>Tickets and passes of earlier epochs are void; those from here to <see cref="Epoch"/> keep their place.</summary>
    public long RevokedBelow { get; init; }

    /// <summary>The epoch that the line began with, and the first number that it lent.</summary>
    internal long BornEpoch { get; init; } = LineEpoch.First;

    internal long BornFrom { get; init; } = 1;

    /// <summary>Nobody is called before: those who wait show up after a loss. By <see cref="NowMs"/>; 0: the line moves.</summary>
    public long CallsFromMs { get; init; }

    /// <summary>No number from here on was ever lent.</summary>
    public long High { get; init; }

    /// <summary>The serving mark: positions below it are called.</summary>
    public long Serving { get; init; }

    /// <summary>
    /// Up to here visitors were called: the mark, without the numbers before it that nobody had. After a draw the mark stands at the end
    /// of a lease of which few were handed out.
    /// </summary>
    public long CalledTo { get; init; }

    /// <summary>Positions below missed their turn beyond the grace.</summary>
    public long GraceFrom { get; init; }

    /// <summary>Numbers from here on wait for a draw; <see cref="long.MaxValue"/>: none does.</summary>
    public long UndrawnFrom { get; init; } = long.MaxValue;

    /// <summary>In ascending order; those below the grace are forgotten.</summary>
    public IReadOnlyList<Draw> Draws => DrawTable;

    /// <summary>SHA-256 of the seed of the next draw.</summary>
    public ReadOnlyMemory<byte> NextCommitment { get; init; }

    /// <summary>Admissions of passes stay below this.</summary>
    public long AdmissionHigh { get; init; }

    // Who is present.

    /// <summary>Present, not called.</summary>
    public long Waiting { get; init; }

    /// <summary>Called, and expected to claim within the next seconds.</summary>
    public long Pending { get; init; }

    /// <summary>Sessions and grants at hand.</summary>
    public int Active { get; init; }

    /// <summary>Of <see cref="Active"/>, the sessions: what people call inside.</summary>
    public int Inside { get; init; }

    /// <summary>Nobody needs to wait: new visitors may enter without a number.</summary>
    public bool Direct { get; init; }

    /// <summary>Nodes that take part.</summary>
    public int Nodes { get; init; } = 1;

    // What was measured.

    /// <summary>Admissions a second over the last seconds.</summary>
    public double AdmittedPerSecond { get; init; }

    /// <summary>Share of the visitors who are called while present and do not come, 0 to 1.</summary>
    public double NoShowShare { get; init; }

    /// <summary>How many present visitors are called a second while the line moves.</summary>
    public double CalledPerSecond { get; init; }

    /// <summary>
    /// How many could be called a second if everybody came at once: poll intervals go by this. Going by what was measured, a line
    /// that is slow because visitors poll seldom would make them poll still more seldom.
    /// </summary>
    public double CallablePerSecond { get; init; }

    /// <summary>Of the last told bands of time, the share in which the turn came, 0 to 1; below zero: none has ended.</summary>
    public double ToldHeldShare { get; init; } = -1;

    /// <summary>[i]: how many present visitors will be called within <see cref="CallOutlook.TimesS"/>[i].</summary>
    internal double[] CallsAhead { get; init; } = [];

    /// <summary>[i]: when <see cref="CallsAhead"/>[i] will have been called at the soonest, in seconds, in nine of ten cases.</summary>
    internal double[] SoonestS { get; init; } = [];

    /// <summary>And at the latest.</summary>
    internal double[] LatestS { get; init; } = [];

    /// <summary>
    /// Seconds until the turn of somebody with so many ahead: between these in four of five cases, while the line moves; -1: nobody
    /// gets in as things are.
    /// </summary>
    public (int LowS, int HighS) EtaOf(long ahead) => CallsAhead is [] or [.., <= 0] ? (-1, -1) : EtaBand.Of(ahead, this, beforeMs: 0);

    /// <summary>The shortest poll interval of a visitor whose turn is not near. Milliseconds.</summary>
    public int PollFloorMs { get; init; } = RoomLimits.PollMinMs;

    /// <summary>Counts of the whole cluster.</summary>
    public RoomCounts Counts { get; init; } = new();

    // Prefix sums of those present, per block of 1,024 positions.

    internal Draw[] DrawTable { get; init; } = [];

    /// <summary>The block that <see cref="AlivePrefix"/> starts with; not beyond the mark's block.</summary>
    internal long AliveFromBlock { get; init; }

    /// <summary>[i]: present in the i blocks from <see cref="AliveFromBlock"/> on.</summary>
    internal int[] AlivePrefix { get; init; } = [0];

    /// <summary>Nobody stands at this position or beyond.</summary>
    internal long Limit { get; init; } = 1;

    /// <summary>Present beyond the mark in the mark's own block.</summary>
    internal int AliveFront { get; init; }

    /// <summary>After a restart nobody's heartbeat is known yet: counts come from the places that were taken.</summary>
    internal bool Probation { get; init; }

    public bool Paused => Controls.Pauses(Settings);

    public bool Draining => Controls.Draining;

    /// <summary>A ticket or pass of this epoch comes from a line whose memory was lost.</summary>
    internal bool IsOfLostLine(long epoch) => Epoch == 0 || LineEpoch.Time(epoch) < LineEpoch.Time(BornEpoch);

    /// <summary>Present visitors, not called, before the start of a block that is beyond the mark's.</summary>
    internal long AliveBefore(long block)
    {
        long rest = Serving >> LineBlock.Shift;
        return AliveFront + Prefix(block) - Prefix(rest + 1);
    }

    /// <summary>
    /// Present visitors before a position who are not called; within a block as if they stood evenly. After a restart of a node alone they
    /// stand close behind each other from the start of a block, since that is how it hands numbers out; of the rest of its last lease,
    /// which may be most of the line, nobody has any.
    /// </summary>
    internal long AheadOf(long position)
    {
        long block = position >> LineBlock.Shift;
        bool front = block == Serving >> LineBlock.Shift;
        long start = Math.Max(Serving, block << LineBlock.Shift);
        if (position <= start)
            return front || position < start ? 0 : AliveBefore(block);
        long end = Math.Min(Limit, (block + 1) << LineBlock.Shift);
        long alive = front ? AliveFront : AliveIn(block);
        long within = Probation && Nodes == 1 ? Math.Min(alive, position - start) : alive * (position - start) / Math.Max(1, end - start);
        return (front ? 0 : AliveBefore(block)) + within;
    }

    internal int AliveIn(long block) => (int)(Prefix(block + 1) - Prefix(block));

    /// <summary>The number's place in the order of service, as long as <see cref="UndrawnFrom"/> is above it.</summary>
    public long PositionOf(long number)
    {
        var draws = DrawTable;
        int low = 0;
        int high = draws.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            var draw = draws[middle];
            if (number < draw.From)
                high = middle - 1;
            else if (number >= draw.To)
                low = middle + 1;
            else
                return draw.PositionOf(number);
        }
        return number;
    }

    private long Prefix(long block) => AlivePrefix[Math.Clamp(block - AliveFromBlock, 0, AlivePrefix.Length - 1)];
}
