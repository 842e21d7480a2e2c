using System.Text.Json.Serialization;
using Naru.Engine.Telemetry;

namespace Naru.Admin;

/// <summary>Every answer that is not 2xx, except the one of a refused reload.</summary>
internal sealed record AdminError(string Error);

/// <summary>Answer to a drain or undrain.</summary>
internal sealed record DrainAnswer(string Pool, string Server, bool Draining);

/// <summary>Answer to <c>GET /rooms</c>.</summary>
internal sealed record RoomList(IReadOnlyList<RoomStatus> Rooms);

/// <summary>Source-generated so that no reflection is needed.</summary>
[JsonSerializable(typeof(AdminError))]
[JsonSerializable(typeof(DrainAnswer))]
[JsonSerializable(typeof(ReloadOutcome))]
[JsonSerializable(typeof(RoomList))]
[JsonSerializable(typeof(RoomStatus))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class AdminJson : JsonSerializerContext;
