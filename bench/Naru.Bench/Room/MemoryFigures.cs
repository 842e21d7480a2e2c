using System.Globalization;
using Naru.Bench.Report;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Proof;

namespace Naru.Bench.Room;

/// <summary>What a visitor costs in memory: a million of them on one node, with all that node, authority and ledger hold of them.</summary>
internal static class MemoryFigures
{
    private const int LineCount = 1_000_000;
    private const double WaitingBytesMax = 32;

    /// <summary>False: the target was missed.</summary>
    public static bool Measure(MarkdownTable table)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var line = new BenchLine(1, 1);
        var last = line.Join(LineCount);
        Poll(line, last);
        var codec = new TicketCodec(LineFigures.Keys);
        Show(codec, line, last);
        var waiting = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / LineCount;
        GC.KeepAlive(line);
        GC.KeepAlive(codec);

        before = GC.GetTotalMemory(forceFullCollection: true);
        line = new BenchLine(2 * LineCount, LineCount);
        last = line.Join(LineCount);
        var claimed = 0;
        for (var round = 0; claimed < LineCount && round < 1_000; round++)
        {
            line.Tick();
            for (var number = 1L; number <= last; number++)
            {
                claimed += line.Node.Look(number, line.Node.Epoch, line.NowMs).State == VisitorState.Called
                    && line.Node.TryClaim(number, line.Node.Epoch, line.NowMs, out _) == ClaimResult.Admitted ? 1 : 0;
            }
        }
        if (claimed < LineCount)
        {
            throw new BenchException($"{claimed} of {LineCount} came in.");
        }
        line.Tick();
        var inside = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / LineCount;
        GC.KeepAlive(line);

        var met = waiting <= WaitingBytesMax;
        table.Add("who waits: heartbeat, claimed bit and remembered ticket included", Text(waiting), $"≤ {WaitingBytesMax}", met ? "met" : "**missed**");
        table.Add("who is inside, having waited (session, slot, claimed place)", Text(inside), "–", "–");
        return met;
    }

    public static MarkdownTable NewTable() => new("memory of a visitor, of a million on one node", "bytes", "target", "verdict");

    /// <summary>Everybody's ticket, which is remembered from then on.</summary>
    private static void Show(TicketCodec codec, BenchLine line, long last)
    {
        var value = new byte[TicketCodec.ValueBytes];
        for (var number = 1L; number <= last; number++)
        {
            codec.Write(new Ticket(line.Node.Epoch, number, 3, default, line.NowMs), LineFigures.Host, value);
            if (codec.Read(value, LineFigures.Host, line.Node.Epoch, out _) != ProofResult.Ok)
            {
                throw new BenchException($"The ticket of {number} is not believed.");
            }
        }
    }

    /// <summary>Everybody, and then the keeper's turns of the second in which all blocks are counted.</summary>
    private static void Poll(BenchLine line, long last)
    {
        line.Tick();
        for (var number = 1L; number <= last; number++)
        {
            line.Node.Look(number, line.Node.Epoch, line.NowMs);
        }
        for (var i = 0; i < 25; i++)
        {
            line.Tick();
        }
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
