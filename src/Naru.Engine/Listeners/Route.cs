using System.Text;
using Naru.Core.Config;
using Naru.Engine.Pools;
using Naru.Engine.WaitingRoom;

namespace Naru.Engine.Listeners;

/// <summary>What is done with a request that a route takes: exactly one of pool, redirect, respond.</summary>
internal sealed class Route(RouteOptions options, Pool? pool, Room? room)
{
    public byte[] Name { get; } = Encoding.UTF8.GetBytes(options.Place ?? options.Name);

    public Pool? Pool { get; } = pool;

    /// <summary>In front of the pool; null: none.</summary>
    public Room? Room { get; } = room;

    public RedirectOptions? Redirect { get; } = options.Redirect;

    public byte[] RedirectTo { get; } = Encoding.UTF8.GetBytes(options.Redirect?.To ?? "");

    public RespondOptions? Respond { get; } = options.Respond;

    public byte[] RespondBody { get; } = Encoding.UTF8.GetBytes(options.Respond?.Body ?? "");
}
