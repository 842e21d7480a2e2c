using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Naru.Cli;
using Naru.Engine.Telemetry;

namespace Naru.Admin;

/// <summary>
/// The waiting rooms in the admin:
/// <code>
/// GET  /rooms                    200 RoomList
/// GET  /rooms/{room}             200 RoomStatus | 404
/// POST /rooms/{room}/{action}    200 RoomStatus | 400 the body | 404 | 409 it has no meaning here | 503 the store is lost
/// </code>
/// The actions are those of <see cref="RoomAction"/>.
/// </summary>
internal static class RoomEndpoints
{
    public static string Index { get; } =
        $"GET /rooms, GET /rooms/{{room}}, POST /rooms/{{room}}/{string.Join('|', Enum.GetValues<RoomAction>().Select(RoomRequest.Verb))}";

    public static void Map(IEndpointRouteBuilder routes, AdminActions actions)
    {
        routes.MapGet("/rooms", context => AdminEndpoints.Answer(context, 200, new RoomList(actions.Rooms()), AdminJson.Default.RoomList));
        routes.MapGet("/rooms/{room}", context => actions.Rooms().FirstOrDefault(r => r.Name == Name(context)) is { } room
            ? AdminEndpoints.Answer(context, 200, room, AdminJson.Default.RoomStatus)
            : AdminEndpoints.Error(context, 404, Unknown(actions, Name(context))));
        foreach (var action in Enum.GetValues<RoomAction>())
            routes.MapPost($"/rooms/{{room}}/{RoomRequest.Verb(action)}", context => Control(context, actions, action));
    }

    private static async Task Control(HttpContext context, AdminActions actions, RoomAction action)
    {
        var name = Name(context);
        if (RoomRequest.Read(action, await Body(context), out var fault) is not { } control)
        {
            await AdminEndpoints.Error(context, 400, fault);
            return;
        }
        var result = await actions.ControlRoom(name, control);
        await (result switch
        {
            { Outcome: RoomControlOutcome.Done, Room: { } room } => AdminEndpoints.Answer(context, 200, room, AdminJson.Default.RoomStatus),
            { Outcome: RoomControlOutcome.UnknownRoom } => AdminEndpoints.Error(context, 404, Unknown(actions, name)),
            { Outcome: RoomControlOutcome.Refused } => AdminEndpoints.Error(context, 409, $"waiting room '{name}': {result.Why}"),
            _ => AdminEndpoints.Error(context, 503, $"waiting room '{name}': nothing has changed, {result.Why}"),
        });
    }

    /// <summary>Bounded by the limits of the server.</summary>
    private static async Task<ReadOnlyMemory<byte>> Body(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["room"]!;

    private static string Unknown(AdminActions actions, string name)
    {
        var names = actions.Rooms().Select(r => r.Name).ToList();
        return names.Count == 0 ? $"no waiting room '{name}'; the configuration has none" : $"no waiting room '{name}'{Nearest.Hint(name, names)}";
    }
}
