using System.Net;
using Naru.Core.Config;

namespace Naru.Demo;

/// <summary>The configuration that a file would hold. Times are short, so that a viewer sees things happen.</summary>
internal static class DemoConfig
{
    public const string Web = "web";
    public const string Regions = "regions";
    public const string Shop = "shop";

    public static Snapshot Create(
        IPEndPoint http, IPEndPoint tcp, IPEndPoint shop, IEnumerable<DemoServer> web, IEnumerable<DemoServer> regions, DemoServer shopServer,
        DemoControls controls) => new()
        {
            Listeners =
        [
            new ListenerOptions { Name = Web, Binds = [http], Protocol = ListenerProtocol.Http, Routes = [new RouteOptions { Name = "routes[0]", Pool = Web }] },
            new ListenerOptions { Name = Regions, Binds = [tcp], Protocol = ListenerProtocol.Tcp, Pool = Regions },
            new ListenerOptions
            {
                Name = Shop,
                Binds = [shop],
                Protocol = ListenerProtocol.Http,
                Routes = [new RouteOptions { Name = "routes[0]", Pool = Shop, WaitingRoom = DemoRoom.Name }],
            },
        ],
            WaitingRooms = [DemoRoom.Options],
            Pools =
        [
            Pool(Web, controls.HttpBalance, web, new ActiveCheckOptions
            {
                Type = ActiveCheckType.Http,
                Path = "/healthz",
                Interval = TimeSpan.FromMilliseconds(500),
                Timeout = TimeSpan.FromMilliseconds(400),
                Rise = 2,
                Fall = 3,
            }),
            Pool(Regions, controls.TcpBalance, regions, new ActiveCheckOptions
            {
                Type = ActiveCheckType.Tcp,
                Interval = TimeSpan.FromMilliseconds(500),
                Timeout = TimeSpan.FromMilliseconds(400),
                Rise = 2,
                Fall = 3,
            }),
            new PoolOptions { Name = Shop, Servers = [Server(shopServer)] },
        ],
        };

    private static PoolOptions Pool(string name, BalanceAlgorithm balance, IEnumerable<DemoServer> servers, ActiveCheckOptions check) => new()
    {
        Name = name,
        Balance = balance,
        Servers = [.. servers.Select(Server)],
        Timeouts = new PoolTimeouts { Connect = TimeSpan.FromMilliseconds(500), FirstByte = TimeSpan.FromSeconds(1), Idle = TimeSpan.FromSeconds(2) },
        Health = new HealthOptions
        {
            Active = check,
            Passive = new PassiveCheckOptions { ConsecutiveFailures = 5, EjectFor = TimeSpan.FromSeconds(4), MaxEjected = 0.5 },
            Floor = 0.5,
            SlowStart = TimeSpan.FromSeconds(10),
        },
    };

    private static ServerOptions Server(DemoServer server) => new()
    {
        Address = server.EndPoint.ToString(),
        Host = server.EndPoint.Address.ToString(),
        Port = server.EndPoint.Port,
    };
}
