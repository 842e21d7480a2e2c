namespace Naru.Core.WaitingRoom;

/// <summary>
/// The blocks of the line that somebody may stand in: from that of the oldest turn to that of the newest number. A gap in which nobody
/// stands, as behind a line whose memory was lost, takes 0.01 bytes a number instead of 1.4.
/// Owner: the node. Thread: the keeper replaces it, any loop reads, and makes the block of a visitor in a gap. Immutable but for
/// blocks and pages. Invariant: a page is shared by all that cover it, so a block that a loop makes meanwhile is lost to none.
/// </summary>
internal sealed class LineBlocks
{
    internal static readonly LineBlocks Empty = new(0, 0, []);

    private const int PageShift = 6;
    private const int PageSize = 1 << PageShift;

    /// <summary>Blocks of new numbers are made before loops need them, but for a gap: no lease is so large.</summary>
    private const int MadeMax = 256;

    private readonly Page[] _pages;

    private LineBlocks(long first, long end, Page[] pages)
    {
        First = first;
        End = end;
        _pages = pages;
    }

    private sealed class Page
    {
        internal readonly LineBlock?[] Blocks = new LineBlock?[PageSize];
        internal volatile bool IsUsed;

        internal LineBlock Make(int index)
        {
            var made = new LineBlock();
            var block = Interlocked.CompareExchange(ref Blocks[index], made, null) ?? made;
            IsUsed = true;
            return block;
        }
    }

    /// <summary>Positions / 1,024.</summary>
    internal long First { get; }

    internal long End { get; }

    private long FirstPage => First >> PageShift;

    /// <summary>Null: nobody stood there yet, or nobody may.</summary>
    internal LineBlock? Find(long position)
    {
        long block = position >> LineBlock.Shift;
        return block >= First && block < End ? Volatile.Read(ref PageOf(block).Blocks[block & (PageSize - 1)]) : null;
    }

    /// <summary>For somebody who stands there; null: nobody may.</summary>
    internal LineBlock? FindOrMake(long position)
    {
        long block = position >> LineBlock.Shift;
        if (block < First || block >= End)
            return null;
        var page = PageOf(block);
        int index = (int)(block & (PageSize - 1));
        return Volatile.Read(ref page.Blocks[index]) ?? page.Make(index);
    }

    /// <summary>The first block from this one on in which somebody may have stood; <paramref name="end"/> or beyond: there is none.</summary>
    internal long NextUsed(long block, long end)
    {
        block = Math.Max(block, First);
        end = Math.Min(end, End);
        while (block < end)
        {
            var page = PageOf(block);
            long pageEnd = Math.Min(end, ((block >> PageShift) + 1) << PageShift);
            for (; page.IsUsed && block < pageEnd; block++)
                if (Volatile.Read(ref page.Blocks[block & (PageSize - 1)]) is not null)
                    return block;
            block = pageEnd;
        }
        return Math.Max(block, end);
    }

    /// <summary>The same blocks, without those below <paramref name="from"/> and with fresh ones up to <paramref name="to"/> (positions).</summary>
    internal LineBlocks Covering(long from, long to)
    {
        long first = from >> LineBlock.Shift;
        long end = Math.Max(first, (to + LineBlock.Mask) >> LineBlock.Shift);
        if (first == First && end == End)
            return this;
        long firstPage = first >> PageShift;
        var pages = new Page[end == first ? 0 : ((end - 1) >> PageShift) + 1 - firstPage];
        for (int i = 0; i < pages.Length; i++)
        {
            long old = firstPage + i - FirstPage;
            pages[i] = (ulong)old < (ulong)_pages.Length ? _pages[old] : new Page();
        }
        var blocks = new LineBlocks(first, end, pages);
        long fresh = Math.Max(first, End);
        for (; end - fresh <= MadeMax && fresh < end; fresh++)
            blocks.FindOrMake(fresh << LineBlock.Shift);
        blocks.Clear(first);
        return blocks;
    }

    private Page PageOf(long block) => _pages[(block >> PageShift) - FirstPage];

    /// <summary>Of the first page, what lies below: nobody asks for it any more.</summary>
    private void Clear(long first)
    {
        for (long block = first & ~(PageSize - 1L); block < first && _pages.Length > 0; block++)
            Volatile.Write(ref _pages[0].Blocks[block & (PageSize - 1)], null);
    }
}
