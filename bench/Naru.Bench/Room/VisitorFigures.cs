using System.Security.Cryptography;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Joins;
using Naru.Core.WaitingRoom.Proof;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Bench.Room;

/// <summary>What a visitor's request costs beside the line itself: proofs, join limits, JSON, page.</summary>
internal static class VisitorFigures
{
    private const long NowMs = 1_796_122_800_000;

    private static readonly VisitorView View = new(VisitorState.Waiting, 812_345, 40_211, 2_280, 2_820, 7_600, false, 7);

    public static IReadOnlyList<RoomFigure> All { get; } =
    [
        new("pass check, shown before", 1_000, () => PassCheck(1)),
        new("pass check, first time", 1_000, () => PassCheck(2)),
        new("ticket check, shown before", 1_000, () => TicketCheck(1)),
        new("ticket check, first time", 1_000, () => TicketCheck(2)),
        new("its HMAC alone, the key kept", double.NaN, KeptHmac),
        new("its HMAC alone, the key set up each time", double.NaN, StaticHmac),
        new("ticket written", double.NaN, TicketWrite),
        new("join limit asked", double.NaN, JoinLimit),
        new("JSON written", double.NaN, Json),
        new("page written (24 KB)", double.NaN, Page),
    ];

    private static ReadOnlySpan<byte> Host => "shop.example.com"u8;

    private static RoomKeys Keys => new("concert", new byte[32]);

    /// <param name="count">More than one: of as many that are remembered in the same place, so that each is forgotten before it comes again.</param>
    private static Action<int> PassCheck(int count)
    {
        var codec = new PassCodec(Keys);
        var values = Enumerable.Range(0, count).Select(i =>
        {
            var value = new byte[PassCodec.ValueBytes];
            codec.Write(new Pass(7, 19_999 + (i << 20), 4_711, 812_345, default, NowMs), Host, value);
            return value;
        }).ToArray();
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                Expect(codec.Read(values[i % count], Host, 7, out _) == ProofResult.Ok);
            }
        };
    }

    /// <param name="count">As in <see cref="PassCheck"/>.</param>
    private static Action<int> TicketCheck(int count)
    {
        var codec = new TicketCodec(Keys);
        var values = Enumerable.Range(0, count).Select(i =>
        {
            var value = new byte[TicketCodec.ValueBytes];
            codec.Write(new Ticket(7, 812_345 + (i << 20), 3, default, NowMs), Host, value);
            return value;
        }).ToArray();
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                Expect(codec.Read(values[i % count], Host, 7, out _) == ProofResult.Ok);
            }
        };
    }

    private static Action<int> KeptHmac()
    {
        var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, new byte[32]);
        byte[] message = new byte[55], mac = new byte[32];
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                hmac.AppendData(message);
                hmac.GetHashAndReset(mac);
            }
        };
    }

    private static Action<int> StaticHmac()
    {
        byte[] key = new byte[32], message = new byte[55], mac = new byte[32];
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                HMACSHA256.HashData(key, message, mac);
            }
        };
    }

    private static Action<int> TicketWrite()
    {
        var codec = new TicketCodec(Keys);
        var value = new byte[TicketCodec.ValueBytes];
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                codec.Write(new Ticket(7, i, 3, default, NowMs), Host, value);
            }
        };
    }

    private static Action<int> JoinLimit()
    {
        var limiter = new JoinLimiter(new JoinRates(1, 10), 42, NowMs);
        var nowMs = NowMs;
        return operations =>
        {
            Span<byte> address = stackalloc byte[4];
            for (var i = 0; i < operations; i++)
            {
                // 100,000 a second from 16 million addresses.
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(address, unchecked((uint)i * 2_654_435_769) >> 8);
                nowMs += i % 100 == 0 ? 1 : 0;
                limiter.Ask(address, nowMs);
            }
        };
    }

    private static Action<int> Json()
    {
        var target = new byte[VisitorJson.BytesMax];
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                Expect(VisitorJson.Write(View, default, default, target) > 100);
            }
        };
    }

    private static Action<int> Page()
    {
        var page = WaitingPage.BuiltIn("concert");
        var target = new byte[WaitingPage.BytesMax];
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                var facts = new VisitorFacts { View = View, Phase = RoomPhase.Open, NowMs = NowMs, IssuedMs = NowMs - 60_000, Host = Host };
                Expect(page.In("ko-KR,ko;q=0.9,en;q=0.8"u8).Write(facts, target) > 20_000);
            }
        };
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new BenchException("An operation that was measured did not do its work.");
        }
    }
}
