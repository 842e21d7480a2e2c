using System.Buffers.Text;
using Naru.Engine.Store.Redis.Resp;

namespace Naru.Engine.Store.Redis;

/// <summary>
/// The calls of one room to the store, with their answers as types. Owner: the room. Thread: any. Never throws for what the store
/// says or does not say.
/// </summary>
/// <param name="node">Names this process among the nodes; new at every start.</param>
internal sealed class RoomCalls(RedisClient client, string key, string node)
{
    /// <summary>Who leads keeps the lease with each commit, twenty a second and more. Without one for so long another takes over.</summary>
    public const int LeaseMs = 500;

    /// <summary>A store that lost data waits so long for those who remember more: twice the longest pause between tries to connect, and some.</summary>
    public const int RememberMs = 750;

    private const int PiecesAtOnce = 8;
    private const int EntriesAtOnce = 1_000;

    public string LeadChannel { get; } = key + ":lead";

    public string NodeChannel { get; } = $"{key}:n:{node}";

    public string Fault => client.Fault;

    /// <summary>True: somebody leads. Null: the store did not take it.</summary>
    public async Task<(bool? IsLed, RedisReply Reply)> TellAsync(long number, ReadOnlyMemory<byte> report)
    {
        var reply = await client.CallAsync(RoomScripts.Tell, key, new RespArguments().Add(node).Add(number).Add(report.Span)).ConfigureAwait(false);
        return (reply.IsOk && reply.Value.Items is [_, var led] ? led.Integer == 1 : null, reply);
    }

    public async Task<LeadAnswer> LeadAsync(long versionHeld, long versionSeen, long tokenSeen)
    {
        var arguments = new RespArguments().Add(node).Add(versionHeld).Add(versionSeen).Add(tokenSeen).Add(LeaseMs).Add(RememberMs);
        var reply = await client.CallAsync(RoomScripts.Lead, key, arguments).ConfigureAwait(false);
        return reply.Value.Items is [var now, _, var token, var version, var line, var writtenAt]
            ? new LeadAnswer(true, now.Integer, token.Integer, version.Integer, line.Integer, writtenAt.Integer)
            : default;
    }

    public async Task<WorkAnswer> WorkAsync(Lease lease, long lineMs, ReadOnlyMemory<byte> changes, long controlApplied, RespArguments answers)
    {
        var arguments = Fenced(lease).Add(LeaseMs).Add(lineMs).Add(changes.Span).Add(controlApplied).Add(answers);
        var reply = await client.CallAsync(RoomScripts.Work, key, arguments).ConfigureAwait(false);
        if (Status(reply) is var status && status != WorkStatus.Done)
            return new WorkAnswer(status, reply.IsOk ? reply.Value.Items[2].Integer : 0, reply.Detail);
        var items = reply.Value.Items;
        return new WorkAnswer(status, items[2].Integer, "")
        {
            StoreMs = items[0].Integer,
            LogEntries = items[3].Integer,
            Reports = ReadReports(items[4].Items),
            Controls = ReadControls(items[5].Items),
        };
    }

    public Task<WorkStatus> SavePieceAsync(Lease lease, int index, ReadOnlyMemory<byte> piece) =>
        StatusAsync(RoomScripts.SavePiece, Fenced(lease).Add(LeaseMs).Add(index).Add(piece.Span));

    public Task<WorkStatus> SaveDoneAsync(Lease lease, long logEntries, long version) =>
        StatusAsync(RoomScripts.SaveDone, Fenced(lease).Add(LeaseMs).Add(logEntries).Add(version));

    public Task ResignAsync(Lease lease) => client.CallAsync(RoomScripts.Resign, key, new RespArguments().Add(node).Add(lease.Token));

    /// <summary>Null: the store did not take it.</summary>
    public async Task<long?> ControlAsync(ReadOnlyMemory<byte> controls)
    {
        var reply = await client.CallAsync(RoomScripts.Control, key, new RespArguments().Add(controls.Span)).ConfigureAwait(false);
        return reply.IsOk ? reply.Value.Integer : null;
    }

    /// <summary>1: applied, 0: not yet, -1: taken back. Null: the store did not answer.</summary>
    public async Task<long?> ControlledAsync(long id, bool takeBack)
    {
        var reply = await client.CallAsync(RoomScripts.Controlled, key, new RespArguments().Add(id).Add(takeBack ? 1 : 0)).ConfigureAwait(false);
        return reply.IsOk ? reply.Value.Integer : null;
    }

    public Task<byte[]?> LoadSnapshotAsync() => LoadAsync(key + ":snap", PiecesAtOnce);

    public Task<byte[]?> LoadLogAsync() => LoadAsync(key + ":log", EntriesAtOnce);

    /// <summary>All entries of a list behind one another. Null: the store did not answer.</summary>
    private async Task<byte[]?> LoadAsync(string list, int atOnce)
    {
        var all = new MemoryStream();
        for (int from = 0; ; from += atOnce)
        {
            var reply = await client.SendAsync(key, new RespCommand("LRANGE", new RespArguments().Add(list).Add(from).Add(from + atOnce - 1))).ConfigureAwait(false);
            if (!reply.IsOk)
                return null;
            foreach (var entry in reply.Value.Items)
                all.Write(entry.Bytes);
            if (reply.Value.Items.Length < atOnce)
                return all.ToArray();
        }
    }

    private RespArguments Fenced(Lease lease) => new RespArguments().Add(node).Add(lease.Token).Add(lease.Version);

    private async Task<WorkStatus> StatusAsync(RedisScript script, RespArguments arguments) =>
        Status(await client.CallAsync(script, key, arguments).ConfigureAwait(false));

    private static WorkStatus Status(RedisReply reply) =>
        reply.IsOk && reply.Value.Items.Length >= 3 ? (WorkStatus)reply.Value.Items[1].Integer : WorkStatus.Unanswered;

    /// <summary>node, "number report", node, "number report", …</summary>
    private static List<(string Node, long Number, ReadOnlyMemory<byte> Report)> ReadReports(RespValue[] items)
    {
        List<(string, long, ReadOnlyMemory<byte>)> reports = [];
        for (int i = 0; i + 1 < items.Length; i += 2)
        {
            var bytes = items[i + 1].Bytes;
            if (Utf8Parser.TryParse(bytes, out long number, out int used) && used < bytes.Length)
                reports.Add((items[i].Text, number, bytes.AsMemory(used + 1)));
        }

        return reports;
    }

    private static List<(long Id, byte[] Controls)> ReadControls(RespValue[] items)
    {
        List<(long Id, byte[])> controls = [];
        for (int i = 0; i + 1 < items.Length; i += 2)
            if (Utf8Parser.TryParse(items[i].Bytes, out long id, out _))
                controls.Add((id, items[i + 1].Bytes));
        controls.Sort((a, b) => a.Id.CompareTo(b.Id));
        return controls;
    }
}

/// <summary>What a leader shows with each change.</summary>
internal readonly record struct Lease(long Token, long Version);

/// <param name="Leads">This node leads from now on; else somebody else does, or it must wait.</param>
/// <param name="LineMs">The clock of the line when it was last written; 0: never.</param>
/// <param name="WrittenAtMs">By the store's clock.</param>
internal readonly record struct LeadAnswer(bool Leads, long StoreMs, long Token, long Version, long LineMs, long WrittenAtMs);

internal enum WorkStatus
{
    Done = 0,

    /// <summary>Another node leads.</summary>
    Fenced = 1,

    /// <summary>The store knows of no leader: it lost its data.</summary>
    Gone = 2,

    /// <summary>Same leader, other version: data were lost, or the change was made already.</summary>
    OtherVersion = 3,

    /// <summary>It may have been done or not.</summary>
    Unanswered = 4,
}

/// <param name="Version">Of the store.</param>
internal sealed record WorkAnswer(WorkStatus Status, long Version, string Fault)
{
    public long StoreMs { get; init; }

    public long LogEntries { get; init; }

    public IReadOnlyList<(string Node, long Number, ReadOnlyMemory<byte> Report)> Reports { get; init; } = [];

    public IReadOnlyList<(long Id, byte[] Controls)> Controls { get; init; } = [];
}
