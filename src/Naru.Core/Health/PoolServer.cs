using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Core.Health;

/// <summary>One server of a pool: what loops share about it, and its configuration.</summary>
public readonly record struct PoolServer(ServerLoad Load, ServerOptions Options);

/// <summary>What loops counted for one server since the last tick.</summary>
public readonly record struct TrafficCount(ServerLoad Server, long Successes, long Failures);
