using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Proof;

namespace Naru.Bench.Room;

/// <summary>The line itself, on one node and in memory: joins, polls, claims, and the keeper's tick.</summary>
internal static class LineFigures
{
    private const int LineCount = 1_000_000;

    /// <summary>Of 100,000 a second.</summary>
    private const int JoinsPerTick = 100_000 * RoomLimits.TickMs / 1000;

    public static IReadOnlyList<RoomFigure> All { get; } =
    [
        new("join in memory: number, ticket, ticks", 1e9 / 100_000, Join, Allocates: true),
        new("poll logic: ticket check, place among 1 M, heartbeat", 1e9 / 500_000, Poll),
        new("claim that the gate holds, ticket check included", double.NaN, HeldClaim),
        new("pass in use: check, session", 1_000, PassUse),
        new("join, claim, release, with the ticks", double.NaN, WayThrough, Allocates: true),
        new("tick with 1 M places in the line (20 a second)", double.NaN, Tick, Allocates: true),
    ];

    internal static ReadOnlySpan<byte> Host => "shop.example.com"u8;

    internal static RoomKeys Keys => new("concert", new byte[32]);

    private static Action<int> Join()
    {
        var codec = new TicketCodec(Keys);
        var value = new byte[TicketCodec.ValueBytes];
        var line = new BenchLine(1, 1);
        var joined = 0;
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                if (joined++ % JoinsPerTick == 0)
                {
                    line = joined > 10 * LineCount ? new BenchLine(1, 1) : line;
                    joined = joined > 10 * LineCount ? 1 : joined;
                    line.Tick();
                }
                codec.Write(new Ticket(line.Node.Epoch, line.Join(1), 3, default, line.NowMs), Host, value);
            }
        };
    }

    private static Action<int> Poll()
    {
        var (line, tickets) = Waiting();
        var codec = new TicketCodec(Keys);
        // Whoever polls has polled before: the block that remembers their ticket is there.
        foreach (var ticket in tickets)
        {
            Expect(codec.Read(ticket, Host, line.Node.Epoch, out _) == ProofResult.Ok);
        }
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                Expect(codec.Read(tickets[i % tickets.Length], Host, line.Node.Epoch, out var ticket) == ProofResult.Ok);
                Expect(line.Node.Look(ticket.Number, ticket.Epoch, line.NowMs).State == VisitorState.Waiting);
            }
        };
    }

    /// <summary>One admission in ten seconds, and a called visitor who comes between two of them.</summary>
    private static Action<int> HeldClaim()
    {
        var line = new BenchLine(0.1, 10);
        var last = line.Join(20);
        var held = 0L;
        for (var i = 0; i < 200 && held == 0; i++)
        {
            line.Tick();
            for (var number = last; number > last - 20; number--)
            {
                held = line.Node.TryClaim(number, line.Node.Epoch, line.NowMs, out _) == ClaimResult.GateHolds ? number : held;
            }
        }
        Expect(held > 0);
        var codec = new TicketCodec(Keys);
        var value = new byte[TicketCodec.ValueBytes];
        codec.Write(new Ticket(line.Node.Epoch, held, 3, default, line.NowMs), Host, value);
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                Expect(codec.Read(value, Host, line.Node.Epoch, out var ticket) == ProofResult.Ok);
                Expect(line.Node.TryClaim(ticket.Number, ticket.Epoch, line.NowMs, out _) == ClaimResult.GateHolds);
            }
        };
    }

    private static Action<int> PassUse()
    {
        var line = new BenchLine(10_000, 20_000);
        for (var i = 0; i < 20; i++)
        {
            line.Tick();
        }
        Expect(line.Node.TryEnterDirectly(line.NowMs, out var grant));
        var codec = new PassCodec(Keys);
        var value = new byte[PassCodec.ValueBytes];
        codec.Write(new Pass(line.Node.Epoch, grant.Slot, grant.Admission, 0, default, line.NowMs), Host, value);
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                Expect(codec.Read(value, Host, line.Node.Epoch, out var pass) == ProofResult.Ok);
                Expect(line.Node.Touch(pass.Slot, pass.Admission, pass.Epoch, pass.IssuedMs, line.NowMs) == PassCheck.Valid);
            }
        };
    }

    /// <summary>As many come in each tick as the rate lets in: everybody joins, is called, claims and leaves at once.</summary>
    private static Action<int> WayThrough()
    {
        const int perTick = 5_000;
        var line = new BenchLine(perTick * 1000.0 / RoomLimits.TickMs, 10 * perTick);
        var waiting = new Queue<long>();
        return operations =>
        {
            for (var done = 0; done < operations;)
            {
                for (var i = waiting.Count; i < 4 * perTick; i++)
                {
                    waiting.Enqueue(line.Join(1));
                }
                line.Tick();
                while (done < operations && line.Node.TryClaim(waiting.Peek(), line.Node.Epoch, line.NowMs, out var grant) == ClaimResult.Admitted)
                {
                    line.Node.Release(grant.Slot, grant.Admission);
                    waiting.Dequeue();
                    done++;
                }
            }
        };
    }

    private static Action<int> Tick()
    {
        var (line, _) = Waiting();
        return operations =>
        {
            for (var i = 0; i < operations; i++)
            {
                line.Tick();
            }
        };
    }

    /// <summary>A million who wait, held so that the line stays as it is, and the tickets of some of them, scattered over the line.</summary>
    private static (BenchLine Line, byte[][] Tickets) Waiting()
    {
        var line = new BenchLine(1, 1, isPaused: true);
        var last = line.Join(LineCount);
        line.Tick();
        for (var number = 1L; number <= last; number++)
        {
            line.Node.Look(number, line.Node.Epoch, line.NowMs);
        }
        line.Tick();
        var codec = new TicketCodec(Keys);
        var tickets = new byte[1 << 16][];
        for (var i = 0; i < tickets.Length; i++)
        {
            var number = 1 + i * 48_271L % last;
            codec.Write(new Ticket(line.Node.Epoch, number, 3, default, line.NowMs), Host, tickets[i] = new byte[TicketCodec.ValueBytes]);
        }
        return (line, tickets);
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new BenchException("An operation that was measured did not do its work.");
        }
    }
}
