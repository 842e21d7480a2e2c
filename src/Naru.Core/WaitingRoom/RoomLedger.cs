using System.Buffers;
using System.Text;

namespace Naru.Core.WaitingRoom;

/// <summary>
/// The durable part of a room. Every change goes through one method here, which writes it down as well; a saved room is the
/// shortest list of changes that makes it. Owner: the authority. Thread: the authority's.
/// Invariant: <see cref="Replay"/> of what was written gives the same ledger, and replaying a part twice does no harm.
/// </summary>
internal sealed class RoomLedger
{
    private static ReadOnlySpan<byte> Magic => "naru room 1\n"u8;

    private readonly ArrayBufferWriter<byte> _changes = new();
    private readonly Dictionary<long, LedgerBlock> _blocks = [];
    private readonly List<Draw> _draws = [];
    private readonly JournalWriter _journal;

    /// <param name="isUnknown">There may have been a line before: nothing is decided until <see cref="Begin"/>.</param>
    internal RoomLedger(bool isUnknown = false)
    {
        _journal = new JournalWriter(_changes);
        Epoch = isUnknown ? 0 : LineEpoch.First;
    }

    private sealed class LedgerBlock
    {
        internal int Joined;
        internal int ClaimedCount;
        internal long[]? Claimed;
    }

    /// <summary>0: not begun (<see cref="Begin"/>).</summary>
    internal long Epoch { get; private set; }

    internal long RevokedBelow { get; private set; } = LineEpoch.First;

    /// <summary>The epoch that the line began with; tickets of an earlier time are those of a line whose memory was lost.</summary>
    internal long BornEpoch { get; private set; } = LineEpoch.First;

    /// <summary>The first number of the line; those below may be held by visitors of the lost one.</summary>
    internal long BornFrom { get; private set; } = 1;

    /// <summary>The next number to lend.</summary>
    internal long High { get; private set; } = 1;

    /// <summary>As far as nodes told, no number from here on was handed out, lent or not.</summary>
    internal long JoinedTo { get; private set; } = 1;

    /// <summary>No admission from here on was given.</summary>
    internal long AdmissionHigh { get; private set; } = 1;

    internal long Serving { get; private set; } = 1;

    /// <summary>The time in which turns could be taken (<see cref="MarkHistory"/>), as of the last move of the mark.</summary>
    internal long TurnMs { get; private set; }

    internal MarkHistory History { get; } = new();

    internal LedgerSlots Slots { get; } = new();

    internal IReadOnlyList<Draw> Draws => _draws;

    /// <summary>Of the next draw; empty: not chosen yet.</summary>
    internal byte[] NextSeed { get; private set; } = [];

    /// <summary>Numbers from here on wait for a draw; <see cref="long.MaxValue"/>: none.</summary>
    internal long UndrawnFrom { get; private set; } = long.MaxValue;

    internal RoomControls Controls { get; private set; } = RoomControls.None;

    /// <summary>The scheduled opening that took place; 0: none.</summary>
    internal long OpenedMs { get; private set; }

    /// <summary>A higher <paramref name="revokedBelow"/> than before makes everything until now void.</summary>
    internal void SetEpoch(long epoch, long revokedBelow)
    {
        _journal.Write(ChangeKind.Epoch, epoch, revokedBelow, High);
        ApplyEpoch(epoch, revokedBelow, High);
    }

    /// <summary>A line goes on from a lost one.</summary>
    /// <param name="from">The first number to lend.</param>
    /// <param name="serving">Where the mark stands.</param>
    /// <param name="graceFrom">Numbers below are worth nothing.</param>
    internal void Begin(long epoch, long revokedBelow, long from, long serving, long graceFrom)
    {
        _journal.Write(ChangeKind.Begun, epoch, revokedBelow, from, serving, graceFrom);
        ApplyBegun(epoch, revokedBelow, from, serving, graceFrom);
    }

    internal void SetHigh(long high)
    {
        _journal.Write(ChangeKind.High, high);
        High = Math.Max(High, high);
    }

    internal void SetAdmissionHigh(long high)
    {
        _journal.Write(ChangeKind.AdmissionHigh, high);
        AdmissionHigh = Math.Max(AdmissionHigh, high);
    }

    /// <summary>Numbers from..to-1 were handed out.</summary>
    internal void Join(long from, long to)
    {
        if (to > JoinedTo)
        {
            _journal.Write(ChangeKind.JoinedTo, to);
            JoinedTo = to;
        }
        while (from < to)
        {
            long block = from >> LineBlock.Shift;
            long end = Math.Min(to, (block + 1) << LineBlock.Shift);
            SetJoined(block, JoinedIn(block) + (int)(end - from));
            from = end;
        }
    }

    internal void SetServing(long position, long turnMs)
    {
        _journal.Write(ChangeKind.Serving, position, turnMs);
        ApplyServing(position, turnMs);
    }

    /// <summary>Positions below are worth nothing.</summary>
    internal void SetGrace(long from)
    {
        _journal.Write(ChangeKind.Grace, from);
        History.Raise(from);
    }

    internal void Grant(Grant grant)
    {
        _journal.Write(ChangeKind.Granted, grant.Slot, grant.Admission);
        Slots.Grant(grant.Slot, grant.Admission);
    }

    /// <param name="number">0: none.</param>
    internal void Start(Grant grant, long number)
    {
        _journal.Write(ChangeKind.Started, grant.Slot, grant.Admission, number);
        ApplyStart(grant, number);
    }

    internal void End(Grant grant)
    {
        _journal.Write(ChangeKind.Ended, grant.Slot, grant.Admission);
        Slots.End(grant.Slot, grant.Admission);
    }

    /// <summary>By one node alone: no slot.</summary>
    internal void Spend(long number)
    {
        _journal.Write(ChangeKind.Started, WaitingRoom.Grant.LocalSlot, 0, number);
        Claim(number);
    }

    internal void AddDraw(long from, long to)
    {
        if (to > from)
        {
            _journal.Write(ChangeKind.Drawn, from, to);
            _journal.WriteBytes(NextSeed);
            ApplyDraw(from, to, NextSeed);
        }
    }

    internal void SetNextSeed(byte[] seed)
    {
        _journal.Write(ChangeKind.NextSeed);
        _journal.WriteBytes(seed);
        NextSeed = seed;
    }

    internal void SetUndrawn(long from)
    {
        _journal.Write(ChangeKind.Undrawn, from);
        UndrawnFrom = from;
    }

    internal void SetOpened(long opensMs)
    {
        _journal.Write(ChangeKind.Opened, opensMs);
        OpenedMs = opensMs;
    }

    internal void SetControls(RoomControls controls)
    {
        _journal.Write(ChangeKind.Controls);
        WriteControls(_journal, controls);
        Controls = controls;
    }

    internal int JoinedIn(long block) => _blocks.TryGetValue(block, out var found) ? found.Joined : 0;

    internal int ClaimedIn(long block) => _blocks.TryGetValue(block, out var found) ? found.ClaimedCount : 0;

    internal long PositionOf(long number)
    {
        // The newest draws are the ones asked for.
        for (int i = _draws.Count - 1; i >= 0; i--)
            if (number >= _draws[i].From)
                return number < _draws[i].To ? _draws[i].PositionOf(number) : number;
        return number;
    }

    internal long NumberAt(long position)
    {
        for (int i = _draws.Count - 1; i >= 0; i--)
            if (position >= _draws[i].From)
                return position < _draws[i].To ? _draws[i].NumberAt(position) : position;
        return position;
    }

    internal bool IsClaimed(long number)
    {
        long position = PositionOf(number);
        return _blocks.TryGetValue(position >> LineBlock.Shift, out var block) && block.Claimed is { } bits
            && (bits[(position & LineBlock.Mask) >> 6] & (1L << (int)(position & 63))) != 0;
    }

    /// <summary>Every number that was claimed and whose turn is within the grace.</summary>
    internal IEnumerable<long> ClaimedNumbers()
    {
        foreach (var (block, entry) in _blocks)
            for (int i = 0; entry.Claimed is { } bits && i < LineBlock.Size; i++)
                if ((bits[i >> 6] & (1L << (i & 63))) != 0)
                    yield return NumberAt((block << LineBlock.Shift) + i);
    }

    /// <summary>Drops what nobody can ask for any more. Not written down: a replay forgets it as well.</summary>
    internal void Forget(long turnMs, int graceMs)
    {
        History.Forget(turnMs, graceMs);
        long first = History.GraceFrom >> LineBlock.Shift;
        foreach (long block in _blocks.Keys)
            if (block < first)
                _blocks.Remove(block);
        _draws.RemoveAll(d => d.To <= History.GraceFrom);
    }

    internal void TakeChanges(IBufferWriter<byte> target)
    {
        target.Write(_changes.WrittenSpan);
        _changes.ResetWrittenCount();
    }

    internal void Save(IBufferWriter<byte> target)
    {
        target.Write(Magic);
        var journal = new JournalWriter(target);
        if (BornFrom > 1)
            journal.Write(ChangeKind.Begun, BornEpoch, LineEpoch.First, BornFrom, History.GraceFrom, History.GraceFrom);
        journal.Write(ChangeKind.Epoch, Epoch, RevokedBelow, History.GraceFrom);
        journal.Write(ChangeKind.Grace, History.GraceFrom);
        journal.Write(ChangeKind.High, High);
        journal.Write(ChangeKind.JoinedTo, JoinedTo);
        journal.Write(ChangeKind.AdmissionHigh, AdmissionHigh);
        foreach (var (turnMs, position) in History.Entries)
            journal.Write(ChangeKind.Serving, position, turnMs);
        foreach (var draw in _draws)
        {
            journal.Write(ChangeKind.Drawn, draw.From, draw.To);
            journal.WriteBytes(draw.Seed);
        }
        foreach (var (block, entry) in _blocks.OrderBy(b => b.Key))
        {
            journal.Write(ChangeKind.Joined, block, entry.Joined);
            if (entry.Claimed is { } bits)
                journal.Write(ChangeKind.ClaimedBits, [block, .. bits]);
        }
        for (int slot = 0; slot < Slots.Capacity; slot++)
            if (Slots.Admission(slot) is var admission and not 0)
                switch (Slots.Use(slot))
                {
                    case SlotUse.Granted: journal.Write(ChangeKind.Granted, slot, admission); break;
                    case SlotUse.Session: journal.Write(ChangeKind.Started, slot, admission, Slots.Number(slot)); break;
                    default: journal.Write(ChangeKind.Ended, slot, admission); break;
                }
        journal.Write(ChangeKind.NextSeed);
        journal.WriteBytes(NextSeed);
        journal.Write(ChangeKind.Undrawn, UndrawnFrom);
        journal.Write(ChangeKind.Opened, OpenedMs);
        journal.Write(ChangeKind.Controls);
        WriteControls(journal, Controls);
    }

    internal void Restore(ReadOnlySpan<byte> saved)
    {
        if (!saved.StartsWith(Magic))
            throw JournalReader.Bad("it does not start as a saved room");
        Epoch = 0;
        Replay(saved[Magic.Length..]);
    }

    internal void Replay(ReadOnlySpan<byte> changes)
    {
        var reader = new JournalReader(changes);
        while (!reader.AtEnd)
            Apply(ref reader);
    }

    private void Apply(ref JournalReader reader)
    {
        switch (reader.Kind())
        {
            case ChangeKind.Epoch: ApplyEpoch(reader.Number(), reader.Number(), reader.Number()); break;
            case ChangeKind.High: ApplyHigh(reader.Number()); break;
            case ChangeKind.JoinedTo: JoinedTo = Math.Max(JoinedTo, reader.Number()); break;
            case ChangeKind.AdmissionHigh: AdmissionHigh = Math.Max(AdmissionHigh, reader.Number()); break;
            case ChangeKind.Joined: ApplyJoined(reader.Number(), reader.Int()); break;
            case ChangeKind.Serving: ApplyServing(reader.Number(), reader.Number()); break;
            case ChangeKind.Granted: Slots.Grant(Slot(ref reader), reader.Number()); break;
            case ChangeKind.Started: ReplayStart(ref reader); break;
            case ChangeKind.Ended: Slots.End(Slot(ref reader), reader.Number()); break;
            case ChangeKind.Drawn: ApplyDraw(reader.Number(), reader.Number(), reader.Bytes(Draw.SeedBytes)); break;
            case ChangeKind.NextSeed: NextSeed = reader.Bytes(Draw.SeedBytes).ToArray(); break;
            case ChangeKind.Undrawn: UndrawnFrom = reader.Number(); break;
            case ChangeKind.Controls: Controls = ReadControls(ref reader); break;
            case ChangeKind.Opened: OpenedMs = reader.Number(); break;
            case ChangeKind.ClaimedBits: ReplayClaimedBits(ref reader); break;
            case ChangeKind.Grace: History.Raise(reader.Number()); break;
            case ChangeKind.Begun: ApplyBegun(reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number()); break;
            default: throw JournalReader.Bad("a change of a kind that this version does not know");
        }
    }

    private static int Slot(ref JournalReader reader)
    {
        int slot = reader.Int();
        return slot < RoomLimits.SlotsMax ? slot : throw JournalReader.Bad("a slot is out of its range");
    }

    private LedgerBlock Block(long block)
    {
        if (!_blocks.TryGetValue(block, out var found))
            _blocks[block] = found = new LedgerBlock();
        return found;
    }

    private void SetJoined(long block, int count)
    {
        _journal.Write(ChangeKind.Joined, block, count);
        ApplyJoined(block, count);
    }

    private void ApplyJoined(long block, int count)
    {
        if (block >= History.GraceFrom >> LineBlock.Shift)
            Block(block).Joined = Math.Min(LineBlock.Size, count);
    }

    private void ApplyHigh(long high)
    {
        High = Math.Max(High, high);
        // Whoever lent numbers had begun, with the room itself if nothing else is written down.
        if (High > 1)
            Epoch = Math.Max(Epoch, LineEpoch.First);
    }

    private void ApplyBegun(long epoch, long revokedBelow, long from, long serving, long graceFrom)
    {
        if (Epoch != 0)
            return;
        Epoch = BornEpoch = epoch;
        RevokedBelow = revokedBelow;
        High = JoinedTo = BornFrom = from;
        Serving = serving;
        History.Restart(TurnMs, serving, graceFrom);
    }

    private void ApplyEpoch(long epoch, long revokedBelow, long voidBelow)
    {
        Epoch = Math.Max(Epoch, epoch);
        if (revokedBelow <= RevokedBelow)
            return;
        RevokedBelow = revokedBelow;
        Serving = Math.Max(Serving, voidBelow);
        History.Restart(TurnMs, Serving, Serving);
        Slots.EndAll();
        _blocks.Clear();
        _draws.Clear();
        if (UndrawnFrom != long.MaxValue)
            UndrawnFrom = Math.Max(UndrawnFrom, voidBelow);
    }

    private void ApplyServing(long position, long turnMs)
    {
        if (position < Serving)
            return;
        Serving = position;
        TurnMs = Math.Max(TurnMs, turnMs);
        History.Add(turnMs, position);
    }

    private void ReplayStart(ref JournalReader reader)
    {
        int slot = reader.Int();
        long admission = reader.Number();
        long number = reader.Number();
        if (slot == WaitingRoom.Grant.LocalSlot)
            Claim(number);
        else if (slot < RoomLimits.SlotsMax)
            ApplyStart(new Grant(slot, admission), number);
        else
            throw JournalReader.Bad("a slot is out of its range");
    }

    private void ApplyStart(Grant grant, long number)
    {
        Slots.Start(grant.Slot, grant.Admission, number);
        if (number != 0)
            Claim(number);
    }

    private void Claim(long number)
    {
        long position = PositionOf(number);
        if (position < History.GraceFrom)
            return;
        var block = Block(position >> LineBlock.Shift);
        block.Claimed ??= new long[LineBlock.Size / 64];
        ref long bits = ref block.Claimed[(position & LineBlock.Mask) >> 6];
        long bit = 1L << (int)(position & 63);
        if ((bits & bit) != 0)
            return;
        bits |= bit;
        block.ClaimedCount++;
    }

    private void ReplayClaimedBits(ref JournalReader reader)
    {
        var block = Block(reader.Number());
        block.Claimed ??= new long[LineBlock.Size / 64];
        block.ClaimedCount = 0;
        foreach (ref long bits in block.Claimed.AsSpan())
        {
            bits |= reader.Number();
            block.ClaimedCount += System.Numerics.BitOperations.PopCount((ulong)bits);
        }
    }

    private void ApplyDraw(long from, long to, ReadOnlySpan<byte> seed)
    {
        if (seed.Length != Draw.SeedBytes || to <= from || to - from > RoomLimits.LineMax)
            throw JournalReader.Bad("a draw is not one");
        if (to <= History.GraceFrom || (_draws.Count > 0 && from < _draws[^1].To))
            return;
        _draws.Add(new Draw(from, to, seed));
        SpreadJoined(from, to);
    }

    /// <summary>A draw scatters who joined evenly over its positions.</summary>
    private void SpreadJoined(long from, long to)
    {
        long first = from >> LineBlock.Shift;
        long last = (to - 1) >> LineBlock.Shift;
        long joined = 0;
        for (long block = first; block <= last; block++)
            joined += JoinedIn(block);
        if (joined == 0)
            return;
        double density = Math.Min(1, joined / (double)(to - from));
        // Those of the first block who joined before the drawn range stay where they are; it holds few others.
        for (long block = first + 1; block < last; block++)
            ApplyJoined(block, (int)Math.Round(density * LineBlock.Size));
    }

    private static void WriteControls(JournalWriter journal, RoomControls controls)
    {
        long flags = (controls.Paused ? 1 : 0) | (controls.Draining ? 2 : 0) | (controls.AdmitPerSecond is null ? 0 : 4)
            | (controls.Active is null ? 0 : 8) | (controls.Message is null ? 0 : 16) | (controls.Resumed ? 32 : 0)
            | (controls.OverrideOpensMs == 0 ? 0 : 64);
        journal.WriteBytes(Encoding.UTF8.GetBytes(controls.Message ?? ""));
        journal.Write((ChangeKind)0, flags, BitConverter.DoubleToInt64Bits(controls.AdmitPerSecond ?? 0), controls.Active ?? 0,
            (long)controls.Override, controls.Revocations);
        if (controls.OverrideOpensMs != 0)
            journal.Write((ChangeKind)0, controls.OverrideOpensMs);
    }

    private static RoomControls ReadControls(ref JournalReader reader)
    {
        string message = Encoding.UTF8.GetString(reader.Bytes(RoomLimits.MessageBytesMax));
        reader.Kind();
        long flags = reader.Number();
        double rate = BitConverter.Int64BitsToDouble(reader.Number());
        int active = reader.Int();
        return new RoomControls
        {
            Paused = (flags & 1) != 0,
            Draining = (flags & 2) != 0,
            Resumed = (flags & 32) != 0,
            AdmitPerSecond = (flags & 4) != 0 ? rate : null,
            Active = (flags & 8) != 0 ? active : null,
            Message = (flags & 16) != 0 ? message : null,
            Override = (RoomOverride)reader.Int(),
            Revocations = reader.Int(),
            OverrideOpensMs = (flags & 64) != 0 ? ReadOpening(ref reader) : 0,
        };
    }

    private static long ReadOpening(ref JournalReader reader)
    {
        reader.Kind();
        return reader.Number();
    }
}
