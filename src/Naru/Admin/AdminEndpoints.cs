using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Naru.Cli;
using Naru.Engine.Telemetry;

namespace Naru.Admin;

/// <summary>
/// The resources of the admin:
/// <code>
/// GET  /health                                  200 ok | 503 draining
/// GET  /status                                  200 StatusReport
/// POST /pools/{pool}/servers/{server}/drain     200 | 404
/// POST /pools/{pool}/servers/{server}/undrain   200 | 404
/// POST /reload                                  200 | 422 with the errors
/// </code>
/// and those of <see cref="RoomEndpoints"/>.
/// </summary>
internal static class AdminEndpoints
{
    private static readonly string Index =
        "GET /health, GET /status, POST /pools/{pool}/servers/{server}/drain, POST /pools/{pool}/servers/{server}/undrain, POST /reload, " + RoomEndpoints.Index;

    public static void Map(IEndpointRouteBuilder routes, AdminActions actions)
    {
        routes.MapGet("/health", context =>
        {
            var draining = actions.IsDraining();
            context.Response.StatusCode = draining ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync(draining ? "draining\n" : "ok\n");
        });
        routes.MapGet("/status", context => Answer(context, 200, actions.Status(), StatusJson.Default.StatusReport));
        routes.MapPost("/pools/{pool}/servers/{server}/drain", context => Drain(context, actions, draining: true));
        routes.MapPost("/pools/{pool}/servers/{server}/undrain", context => Drain(context, actions, draining: false));
        routes.MapPost("/reload", context =>
        {
            var outcome = actions.Reload();
            return Answer(context, outcome.Reloaded ? 200 : 422, outcome, AdminJson.Default.ReloadOutcome);
        });
        RoomEndpoints.Map(routes, actions);
    }

    /// <summary>Gives a body to the refusals of the router itself.</summary>
    public static async Task ExplainMisses(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.HasStarted)
            return;
        if (context.Response.StatusCode == StatusCodes.Status404NotFound)
            await Error(context, 404, $"nothing is at {context.Request.Path}; there are: {Index}");
        else if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await Error(context, 405, $"{context.Request.Method} is not for {context.Request.Path}; there are: {Index}");
    }

    public static Task Error(HttpContext context, int status, string message)
        => Answer(context, status, new AdminError(message), AdminJson.Default.AdminError);

    private static Task Drain(HttpContext context, AdminActions actions, bool draining)
    {
        var pool = (string)context.Request.RouteValues["pool"]!;
        var server = (string)context.Request.RouteValues["server"]!;
        var known = draining ? actions.Drain(pool, server) : actions.Undrain(pool, server);
        return known
            ? Answer(context, 200, new DrainAnswer(pool, server, draining), AdminJson.Default.DrainAnswer)
            : Error(context, 404, Unknown(actions.Status(), pool, server));
    }

    internal static string Unknown(StatusReport status, string pool, string server)
    {
        var found = status.Pools.FirstOrDefault(p => p.Name == pool);
        return found is null
            ? $"no pool '{pool}'{Nearest.Hint(pool, status.Pools.Select(p => p.Name))}"
            : $"no server '{server}' in pool '{pool}'{Nearest.Hint(server, found.Servers.Select(s => s.Address))}";
    }

    public static Task Answer<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        byte[] body = [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
