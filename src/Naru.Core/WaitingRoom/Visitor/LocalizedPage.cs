using System.Text;
using Naru.Core.WaitingRoom.Joins;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// The waiting page in one language, ready to be written for any visitor.
/// Owner: the room's page. Thread: any; immutable. Invariant: writing allocates nothing.
/// </summary>
public sealed class LocalizedPage
{
    private readonly PageText _body;
    private readonly PackedText?[] _packed;
    private readonly PageText[] _titles;
    private readonly PageText[] _headings;
    private readonly PageText[] _leads;
    private readonly TimeWords _time;
    private readonly byte[] _group;
    private readonly byte[] _fieldLines;
    private readonly byte[] _gzipFieldLines;

    internal LocalizedPage(string room, string language, PageTemplate template, PageMessages messages)
    {
        Language = language;
        _titles = Scenes("title");
        _headings = Scenes("heading");
        _leads = Scenes("lead");
        _time = new TimeWords(Message);
        _group = Encoding.UTF8.GetBytes(PageHtml.Escape(Message("format.group")));
        _body = template.Compile(room, language, messages, out string policy);
        _packed = [.. _body.Pieces.ToArray().Select(p => PackedText.Of(p.Literal))];
        _fieldLines = Encoding.ASCII.GetBytes(
            "Cache-Control: private, no-store\r\nX-Robots-Tag: noindex\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n"
            + $"Content-Language: {language}\r\nVary: Accept, Accept-Language, Accept-Encoding, Cookie\r\nContent-Security-Policy: {policy}\r\n");
        _gzipFieldLines = [.. _fieldLines, .. "Content-Encoding: gzip\r\n"u8];

        string Message(string key) => messages.Find(language, key)!;
        PageText[] Scenes(string part) => [.. PageScenes.Names.Select(s => PageText.OfMessage(Message($"{s}.{part}")))];
    }

    /// <summary>A tag in lower case.</summary>
    public string Language { get; }

    public static ReadOnlySpan<byte> ContentType => "text/html; charset=utf-8"u8;

    /// <summary>What the answer carries beside Content-Type and Retry-After; each line with CRLF.</summary>
    public ReadOnlySpan<byte> FieldLines => _fieldLines;

    /// <summary>The same beside <see cref="WriteGzip"/>.</summary>
    public ReadOnlySpan<byte> GzipFieldLines => _gzipFieldLines;

    /// <summary>No visitor's page is longer, packed or not.</summary>
    internal int BytesMax => Math.Max(TextBytesMax, TextBytesMax + GzipTarget.MoreBytesMax(_packed.Length) - _packed.Sum(p => p?.SavedBytes ?? 0));

    private int TextBytesMax
    {
        get
        {
            int eta = _time.BytesMax;
            return _body.BytesMax(shown => shown switch
            {
                PageField.Title => Longest(_titles),
                PageField.Heading => Longest(_headings),
                PageField.Lead => Longest(_leads),
                PageField.Eta or PageField.OpensIn => eta,
                PageField.Ahead or PageField.Number => 20 * (1 + _group.Length),
                _ => 0,
            });

            int Longest(PageText[] texts) => texts.Max(t => t.BytesMax(shown => shown == PageField.Eta ? eta : 20 * (1 + _group.Length)));
        }
    }

    /// <returns>The length, or -1 when the target is smaller than needed; <see cref="WaitingPage.BytesMax"/> always is enough.</returns>
    public int Write(in VisitorFacts facts, Span<byte> target)
    {
        var page = new Utf8Target(target);
        Write(ref page, _body, facts);
        return page.Length;
    }

    /// <summary>The same page as gzip: less than half of the bytes, and less work than to copy the others.</summary>
    public int WriteGzip(in VisitorFacts facts, Span<byte> target)
    {
        var page = new Utf8Target(target);
        var gzip = new GzipTarget();
        gzip.Begin(ref page);
        var pieces = _body.Pieces;
        for (int i = 0; i < pieces.Length; i++)
        {
            if (_packed[i] is { } packed)
                gzip.Add(ref page, packed);
            else
                page.Add(pieces[i].Literal);
            Write(ref page, pieces[i].Field, facts);
            gzip.Added(ref page);
        }

        gzip.End(ref page);
        return page.Length;
    }

    private void Write(ref Utf8Target page, PageText text, in VisitorFacts facts)
    {
        foreach (ref readonly var piece in text.Pieces)
        {
            page.Add(piece.Literal);
            Write(ref page, piece.Field, facts);
        }
    }

    private void Write(ref Utf8Target page, PageField field, in VisitorFacts facts)
    {
        switch (field)
        {
            case PageField.State: page.Add(facts.Scene.Utf8Name()); break;
            case PageField.Title: Write(ref page, _titles[(int)facts.Scene], facts); break;
            case PageField.Heading: Write(ref page, _headings[(int)facts.Scene], facts); break;
            case PageField.Lead: Write(ref page, _leads[(int)facts.Scene], facts); break;
            case PageField.Host: page.AddHtml(facts.Host); break;
            case PageField.Number: page.AddGrouped(facts.View.Number, _group); break;
            case PageField.Ahead: page.AddGrouped(facts.View.Ahead, _group); break;
            case PageField.Eta: _time.Write(ref page, facts.View.EtaLowS, facts.View.EtaHighS); break;
            case PageField.EtaLowS: page.AddNumber(facts.View.EtaLowS); break;
            case PageField.EtaHighS: page.AddNumber(facts.View.EtaHighS); break;
            case PageField.Progress: page.AddNumber(facts.ProgressPercent); break;
            case PageField.Message: page.AddHtml(facts.Message); break;
            case PageField.HideMessage: Hide(ref page, facts.Message.IsEmpty); break;
            case PageField.Refresh: page.AddNumber(facts.RetryAfterSeconds); break;
            case PageField.PollAfterMs: page.AddNumber(facts.View.PollAfterMs); break;
            case PageField.WaitedMs: page.AddNumber(facts.IssuedMs > 0 ? Math.Max(0, facts.NowMs - facts.IssuedMs) : 0); break;
            case PageField.Opens when facts.OpensInMs > 0: page.AddMoment(facts.Opens); break;
            case PageField.OpensAt when facts.OpensInMs > 0: page.AddTime(facts.Opens); break;
            case PageField.OpensIn when facts.OpensInMs > 0: _time.Write(ref page, facts.OpensInMs / 1000, (facts.OpensInMs + 999) / 1000); break;
            case PageField.OpensInMs when facts.OpensInMs > 0: page.AddNumber(facts.OpensInMs); break;
            case PageField.Commitment: page.AddHex(facts.Commitment); break;
            case PageField.HideCommitment: Hide(ref page, facts.Commitment.IsEmpty); break;
            case PageField.Seed: page.AddHex(facts.Seed); break;
            case PageField.HideSeed: Hide(ref page, facts.Seed.IsEmpty); break;
            case PageField.HideDraw: Hide(ref page, facts.Commitment.IsEmpty && facts.Seed.IsEmpty); break;
            case PageField.Resend: page.Add(facts.MustResend ? "yes"u8 : "no"u8); break;
            case PageField.Puzzle when facts.WorkBits > 0: WritePuzzle(ref page, facts.Puzzle); break;
            case PageField.WorkBits: page.AddNumber(facts.WorkBits); break;
            case PageField.Epoch: page.AddNumber(facts.View.Epoch); break;
            default: break;
        }
    }

    private static void Hide(ref Utf8Target page, bool hidden)
    {
        if (hidden)
            page.Add("hide"u8);
    }

    private static void WritePuzzle(ref Utf8Target page, ulong puzzle)
    {
        Span<byte> text = stackalloc byte[ProofOfWork.PuzzleChars];
        ProofOfWork.WritePuzzle(puzzle, text);
        page.Add(text);
    }
}
