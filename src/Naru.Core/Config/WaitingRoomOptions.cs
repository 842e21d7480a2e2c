using Naru.Core.Net;
using Naru.Core.WaitingRoom;

namespace Naru.Core.Config;

/// <summary>One entry of <c>waitingRooms</c>: how many visitors the routes that name it let through, and what the others see.</summary>
public sealed class WaitingRoomOptions
{
    public required string Name { get; init; }

    /// <summary>Visitors admitted a second, above 0 to 1,000,000; 0 when <see cref="AdmitAuto"/>, when paused, or in a mode without a line.</summary>
    public double AdmitPerSecond { get; init; }

    /// <summary>The rate follows the latency and errors of the pool.</summary>
    public bool AdmitAuto { get; init; }

    /// <summary>Visitors who may be inside at one time, 1 to 10,000,000; 0 in a mode without a line.</summary>
    public int Active { get; init; }

    /// <summary>How long a pass lives after the last request, 1 s to 24 h. Default 5 min.</summary>
    public TimeSpan Session { get; init; } = TimeSpan.FromMinutes(5);

    public RoomMode Mode { get; init; }

    /// <summary>When the doors open; null: they are open.</summary>
    public DateTimeOffset? Opens { get; init; }

    /// <summary>How long before <see cref="Opens"/> visitors may gather, to be drawn by lot at the opening; 0: no pre-queue.</summary>
    public TimeSpan Prequeue { get; init; }

    /// <summary>How long a turn may be taken after it was called, up to 1 h. Default 10 min.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Starts holding everybody until the operator resumes it.</summary>
    public bool Paused { get; init; }

    /// <summary>Who never waits.</summary>
    public RoomVisitorMatch Bypass { get; init; } = new();

    /// <summary>Who comes ahead of the line, in the order in which they are looked at.</summary>
    public IReadOnlyList<PriorityClassOptions> Priority { get; init; } = [];

    /// <summary>What makes two devices one visitor; null: nothing does.</summary>
    public RoomIdentityOptions? Identity { get; init; }

    public JoinLimitOptions Joins { get; init; } = new();

    /// <summary>Joins of busy prefixes cost the visitor's browser some work.</summary>
    public bool ProofOfWork { get; init; }

    /// <summary>The operator's template of the waiting page; null: the built-in one.</summary>
    public TextFile? Page { get; init; }

    /// <summary>The operator's words for the page, by language; null: the built-in ones.</summary>
    public TextFile? Messages { get; init; }

    /// <summary>The secret of tickets and passes (at least 32 bytes), read from <c>keyFile</c>; null: generated into the store.</summary>
    public byte[]? Key { get; init; }

    /// <summary>The secret before the last rotation, whose tickets still count; null: none.</summary>
    public byte[]? PreviousKey { get; init; }

    public StoreLossMode OnStoreLoss { get; init; }

    /// <summary>Admissions a second of this node alone while the store is lost (<see cref="StoreLossMode.Hold"/>); 0: none.</summary>
    public double LocalRatePerSecond { get; init; }
}

/// <summary>Requests by path, by the client's address, or by a header field that only the operator's own programs know.</summary>
public sealed class RoomVisitorMatch
{
    /// <summary>Patterns as in <see cref="RouteMatch.Path"/>.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    public AddressSet Sources { get; init; } = AddressSet.Empty;

    public IReadOnlyList<HeaderSecret> Headers { get; init; } = [];
}

/// <param name="Name">Of the field, in lower case.</param>
/// <param name="Value">What the field must be, byte for byte; to be compared in constant time.</param>
public sealed record HeaderSecret(string Name, byte[] Value);

/// <summary>One entry of <c>priority</c>: visitors who come ahead of the line, up to a share of the admissions.</summary>
public sealed class PriorityClassOptions
{
    public required string Name { get; init; }

    /// <summary>One of its parts is set.</summary>
    public RoomVisitorMatch Match { get; init; } = new();

    /// <summary>Of the admissions, above 0 and below 1; what the class does not use goes to the others. All shares together stay below 1.</summary>
    public double Share { get; init; }
}

/// <summary>The key <c>identity</c>: where a request names its login.</summary>
/// <param name="Name">Of the header field (lower case) or cookie.</param>
public sealed record RoomIdentityOptions(bool IsCookie, string Name);

/// <summary>The key <c>joins</c>: how many new places one address, or one network prefix (/24, /56), may take. 0: as many as they like.</summary>
public sealed class JoinLimitOptions
{
    public double PerAddressPerSecond { get; init; }

    public double PerPrefixPerSecond { get; init; }
}

/// <summary>What becomes of new visitors while the store cannot be reached. Who has a pass goes on in any case.</summary>
public enum StoreLossMode
{
    /// <summary>They wait; after a while the local rate lets some in.</summary>
    Hold,

    /// <summary>They go through, uncounted.</summary>
    Open,

    /// <summary>They are told that the room is closed.</summary>
    Closed,
}

/// <summary>A text file of the operator, read when the configuration is loaded.</summary>
public sealed record TextFile(string Path, string Content);
