using Naru.Core.Config;
using Naru.Core.WaitingRoom.Joins;
using Naru.Core.WaitingRoom.Proof;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// What a reload swaps of a room: options and what is built from them. Owner: the room. Thread: any; immutable, but for the keyed
/// hashes in the proofs, of which each loop has its own.
/// </summary>
internal sealed class RoomRules
{
    private readonly RoomProof[] _proofs;

    /// <param name="before">The rules until now: limits that did not change go on counting.</param>
    /// <param name="nowMs">Unix time.</param>
    /// <exception cref="EngineException">The operator's page cannot be used.</exception>
    public RoomRules(WaitingRoomOptions options, RoomKeys keys, RoomRules? before, int loops, long nowMs)
    {
        Options = options;
        Keys = keys;
        Cookies = before?.Cookies ?? new RoomCookies(options.Name);
        _proofs = before != null && before.Keys == keys
            ? before._proofs
            : NewProofs(keys, Cookies, loops);
        Bypass = new RoomVisitorTest(options.Bypass);
        Priority = new RoomPriority(options.Priority, before?.Priority);
        var rates = new JoinRates(options.Joins.PerAddressPerSecond, options.Joins.PerPrefixPerSecond);
        JoinRates = rates;
        Joins = before != null && before.JoinRates == rates ? before.Joins
            : rates == default ? null
            : new JoinLimiter(rates, (ulong)Random.Shared.NextInt64(), nowMs);
        Identity = RoomIdentity.Of(options.Identity, before?.Identity);
        Slips = before?.Slips ?? new SlipDesk();
        Page = before != null && before.Options.Page == options.Page && before.Options.Messages == options.Messages ? before.Page : Compile(options);
        RenewAfterMs = (long)options.Session.TotalMilliseconds / 4;
    }

    public WaitingRoomOptions Options { get; }

    public RoomKeys Keys { get; }

    public RoomCookies Cookies { get; }

    /// <summary>Who never waits.</summary>
    public RoomVisitorTest Bypass { get; }

    /// <summary>Who waits less.</summary>
    public RoomPriority Priority { get; }

    public JoinRates JoinRates { get; }

    /// <summary>Null: everybody may join as often as they like.</summary>
    public JoinLimiter? Joins { get; }

    /// <summary>Null: each device has its own place.</summary>
    public RoomIdentity? Identity { get; }

    public SlipDesk Slips { get; }

    public WaitingPage Page { get; }

    /// <summary>A pass of that age is written anew.</summary>
    public long RenewAfterMs { get; }

    public RoomProof ProofFor(int loop) => _proofs[loop];

    private static RoomProof[] NewProofs(RoomKeys keys, RoomCookies cookies, int loops)
    {
        KnownProofs tickets = new(), passes = new();
        return [.. Enumerable.Range(0, loops).Select(_ => new RoomProof(keys, cookies, tickets, passes))];
    }

    private static WaitingPage Compile(WaitingRoomOptions options)
    {
        List<PageFault> templateFaults = [], messageFaults = [];
        if (WaitingPage.TryCompile(options.Name, options.Page?.Content, options.Messages?.Content, templateFaults, messageFaults) is { } page)
            return page;
        var lines = templateFaults.Select(f => $"{options.Page?.Path}:{f.Line}: {f.Text}")
            .Concat(messageFaults.Select(f => $"{options.Messages?.Path}:{f.Line}: {f.Text}"));
        throw new EngineException($"waitingRooms.{options.Name}: {string.Join("; ", lines)}.");
    }
}
