using Naru.Core.Telemetry;
using Naru.Engine.Pools;

namespace Naru.Engine.Relay;

/// <summary>What is recorded of a TCP connection.</summary>
internal readonly record struct TcpEnd(
    EndReason Reason, Pool? Pool, Server? Server, long StartUs, long QueueUs, long ConnectUs, int Attempts, long BytesIn, long BytesOut);
