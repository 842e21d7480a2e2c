using System.Net.Http;
using System.Text;
using System.Text.Json;

namespace Naru.Bench.Proxies;

/// <summary>
/// Naru with everything of a normal configuration on: several routes, active and passive health, retries, a queue,
/// limits, timeouts, counters and the admin listener.
/// </summary>
internal sealed class NaruProxy : Proxy
{
    /// <summary>As long as what a visitor is told about the place.</summary>
    private static readonly string FixedBody = new('x', 125);

    private readonly string? _logPath;
    private readonly int _adminPort;

    private NaruProxy(ChildProcess process, int adminPort, string? logPath)
        : base(Naru, process)
    {
        _adminPort = adminPort;
        _logPath = logPath;
    }

    public static NaruProxy Start(Setup setup)
    {
        var port = Ports.Take();
        var adminPort = Ports.Take();
        var logPath = setup.Entrance == Entrance.Logged ? Path.Combine(setup.WorkFolder, "naru.access.log") : null;
        var configuration = Path.Combine(setup.WorkFolder, "naru.yaml");
        File.WriteAllText(configuration, Configuration(setup, port, adminPort, logPath));
        var process = new ChildProcess("naru", setup.Cpus, setup.WorkFolder, setup.NaruProgram, "run", "-c", configuration);
        process.WaitForPort(port);
        return new NaruProxy(process, adminPort, logPath) { Port = port };
    }

    /// <summary>The status report of the admin listener.</summary>
    public JsonDocument Status()
    {
        using var client = new HttpClient();
        return JsonDocument.Parse(client.GetStringAsync(new Uri($"http://127.0.0.1:{_adminPort}/status")).GetAwaiter().GetResult());
    }

    public override string? OwnFigures()
    {
        if (_logPath is null)
        {
            return null;
        }
        using var status = Status();
        var log = status.RootElement.GetProperty("accessLog");
        return $"{log.GetProperty("written").GetInt64()} log lines, {log.GetProperty("dropped").GetInt64()} dropped";
    }

    public override void Dispose()
    {
        base.Dispose();
        if (_logPath is not null)
        {
            File.Delete(_logPath);
        }
    }

    private static string Configuration(Setup setup, int port, int adminPort, string? logPath)
    {
        var tcp = setup.Entrance == Entrance.Tcp;
        var text = new StringBuilder($$"""
            process: { loops: {{setup.Loops}}, maxConnections: 60000 }
            admin: { bind: "127.0.0.1:{{adminPort}}" }
            {{(logPath is null ? "" : $"accessLog: {{ path: {logPath}, format: json }}")}}
            listeners:
              - name: web
                bind: "127.0.0.1:{{port}}"
                protocol: {{(tcp ? "tcp" : "http")}}
                timeouts: { {{(tcp ? "" : "header: 10s, body: 30s, ")}}idle: 10m }

            """);
        if (tcp)
        {
            text.AppendLine("    limits: { connections: 50000 }").AppendLine("    pool: web");
        }
        else
        {
            text.AppendLine("""
                    limits: { headerBytes: 64KiB, headers: 100, bodyBytes: 1GiB, connections: 50000 }
                    routes:
                      - match: { path: /old }
                        redirect: { to: /new, status: 308 }
                      - match: { host: shop.example.com, path: /api/*, method: [GET, POST] }
                        pool: other
                      - match: { host: "*.example.com", path: /booking/* }
                        pool: other
                """);
            foreach (var (host, prefix) in setup.Routes)
            {
                text.AppendLine($"      - {{ match: {{ host: {host}, path: {prefix}* }}, pool: web }}");
            }
            if (setup.Entrance == Entrance.Room)
            {
                text.AppendLine($$"""
                          - { match: { path: /fixed }, respond: { body: "{{FixedBody}}" } }
                          - { match: { path: /room/* }, waitingRoom: bench, pool: web }
                    """);
            }
            text.AppendLine("      - pool: web");
        }
        if (setup.Entrance == Entrance.Room)
        {
            text.AppendLine("waitingRooms: { bench: { admit: 1000/s, active: 1, session: 1h } }");
        }
        text.AppendLine("pools:");
        AppendPool(text, setup, "web", setup.Servers);
        if (!tcp)
        {
            AppendPool(text, setup, "other", setup.Servers.Take(2));
        }
        return text.ToString();
    }

    private static void AppendPool(StringBuilder text, Setup setup, string name, IEnumerable<string> servers)
    {
        var check = setup.Entrance == Entrance.Tcp ? "type: tcp" : "type: http, path: /healthz, expect: 200-399";
        text.AppendLine($$"""
              {{name}}:
                balance: round-robin
                servers:
            """);
        foreach (var server in servers)
        {
            text.AppendLine($"      - {server}");
        }
        text.AppendLine($$"""
                connections: { idle: 128, idleTimeout: 60s, maxAge: 10m }
                timeouts: { connect: 3s, firstByte: 60s, idle: {{(setup.Entrance == Entrance.Tcp ? "10m" : "60s")}} }
                health:
                  active: { {{check}}, interval: {{setup.CheckIntervalSeconds}}s, timeout: 1s, rise: 2, fall: 3 }
                  passive: { consecutiveFailures: 5, ejectFor: 30s, maxEjected: 50% }
                retry: { attempts: 2, budget: 20%, on: [connect, reset] }
                queue: { size: 1000, timeout: 5s }
            """);
    }
}
