using System.Buffers;
using System.Security.Cryptography;
using Naru.Core.WaitingRoom;

namespace Naru.Bench.Room;

/// <summary>A room of one node and its authority, in memory, on a clock that is moved by hand.</summary>
internal sealed class BenchLine
{
    private readonly RoomAuthority _authority;
    private readonly RoomUpdate _update = new();
    private readonly ArrayBufferWriter<byte> _changes = new();

    public BenchLine(double admitPerSecond, int active, bool isPaused = false)
    {
        var settings = new RoomSettings { Name = "concert", AdmitPerSecond = admitPerSecond, Active = active, Paused = isPaused };
        _authority = new RoomAuthority(settings, RandomNumberGenerator.Fill, NowMs);
        Tick();
    }

    public RoomNode Node { get; } = new(1);

    public long NowMs { get; private set; } = 1_796_122_800_000;

    /// <summary>The next turn of the keeper, 50 ms later.</summary>
    public void Tick()
    {
        NowMs += RoomLimits.TickMs;
        _authority.Tick(Node.TakeReport(NowMs), _update, NowMs);
        _authority.TakeChanges(_changes);
        _changes.ResetWrittenCount();
        Node.Accept(_update, NowMs);
    }

    /// <returns>The last number.</returns>
    public long Join(int count)
    {
        long number = 0;
        for (var joined = 0; joined < count;)
        {
            if (Node.TryJoin(NowMs, out number) == JoinResult.Joined)
            {
                joined++;
            }
            else
            {
                Tick();
            }
        }
        return number;
    }
}
