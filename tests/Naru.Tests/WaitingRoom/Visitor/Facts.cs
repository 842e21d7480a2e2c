using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Tests.WaitingRoom.Visitor;

/// <summary>Visitors as the page tests need them.</summary>
internal static class Facts
{
    public const long NowMs = 1_796_122_800_000;

    public static readonly VisitorView Waiting = new(VisitorState.Waiting, 812_345, 40_211, 2_280, 2_820, 7_600, false, 7);

    public static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    public static VisitorFacts Of(VisitorView view, RoomPhase phase = RoomPhase.Open) => new()
    {
        View = view,
        Phase = phase,
        NowMs = NowMs,
        IssuedMs = NowMs - 1_500_000,
        Host = "shop.example.com"u8,
    };

    public static VisitorFacts Prequeue() => new()
    {
        View = Waiting with { State = VisitorState.Prequeue, Ahead = 0, EtaLowS = 0, EtaHighS = 0 },
        Phase = RoomPhase.Prequeue,
        NowMs = NowMs,
        OpensMs = NowMs + 754_000,
        OpensOffset = TimeSpan.FromHours(9),
        Host = "shop.example.com"u8,
        Commitment = Seed,
    };

    public static VisitorFacts Slowed() => new()
    {
        View = Waiting with { State = VisitorState.Unknown, Number = 0, Ahead = 0, PollAfterMs = 4_200 },
        Phase = RoomPhase.Open,
        NowMs = NowMs,
        NoPlace = NoPlace.Slowed,
        Puzzle = 0x0123456789abcdef,
        WorkBits = 14,
    };

    public static string Write(LocalizedPage page, in VisitorFacts facts)
    {
        var target = new byte[WaitingPage.BytesMax];
        return System.Text.Encoding.UTF8.GetString(target, 0, page.Write(facts, target));
    }
}
