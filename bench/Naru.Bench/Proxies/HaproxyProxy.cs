using System.Text;

namespace Naru.Bench.Proxies;

/// <summary>
/// HAProxy with what its users switch on for speed: one thread, <c>http-reuse always</c>, and splicing for large
/// bodies. <c>splice-auto</c> is not used: it never spliced a 1 MB response. It logs to its standard output, which is a
/// file here: measured no dearer than a syslog socket, and all three proxies then write to a file.
/// </summary>
internal sealed class HaproxyProxy : Proxy
{
    private readonly ChildProcess _process;
    private readonly bool _logged;

    private HaproxyProxy(ChildProcess process, bool logged)
        : base(Haproxy, process)
    {
        _process = process;
        _logged = logged;
    }

    public static HaproxyProxy Start(Setup setup)
    {
        var port = Ports.Take();
        var configuration = Path.Combine(setup.WorkFolder, "haproxy.cfg");
        File.WriteAllText(configuration, Configuration(setup, port));
        var process = new ChildProcess("haproxy", setup.Cpus, setup.WorkFolder, "haproxy", "-db", "-f", configuration);
        process.WaitForPort(port);
        return new HaproxyProxy(process, setup.Entrance == Entrance.Logged) { Port = port };
    }

    public override string? OwnFigures() => _logged ? $"{File.ReadLines(_process.OutputPath).LongCount()} log lines" : null;

    private static string Configuration(Setup setup, int port)
    {
        var logged = setup.Entrance == Entrance.Logged;
        var text = new StringBuilder($"""
            global
              nbthread {setup.Loops}
              maxconn 30000
              no strict-limits
              {(logged ? "log stdout format raw local0" : "")}
            defaults
              mode {(setup.Entrance == Entrance.Tcp ? "tcp" : "http")}
              timeout connect 3s
              timeout client 60s
              timeout server 60s
              timeout http-request 10s
              timeout http-keep-alive 600s
              timeout queue 5s
              {(logged ? "log global\n  option httplog" : "")}

            """);
        text.AppendLine("frontend web").AppendLine($"  bind 127.0.0.1:{port} backlog 16384{(setup.Entrance == Entrance.Tcp ? "" : " defer-accept")}");
        if (setup.Entrance == Entrance.Tcp)
        {
            text.AppendLine("  option splice-request").AppendLine("  option splice-response");
        }
        else
        {
            text.AppendLine("  option forwardfor");
            if (setup.Entrance == Entrance.Bulk)
            {
                text.AppendLine("  option splice-response");
            }
            text.AppendLine("""
                  http-request redirect location /new code 308 if { path /old }
                  use_backend other if { hdr(host) -i shop.example.com } { path_beg /api/ }
                  use_backend other if { hdr_end(host) -i .example.com } { path_beg /booking/ }
                """);
            if (setup.Routes.Count > 0)
            {
                var map = Path.Combine(setup.WorkFolder, "routes.map");
                File.WriteAllLines(map, setup.Routes.Select(r => $"{r.Host}{r.Prefix} web"));
                text.AppendLine($"  use_backend %[base,map_beg({map})] if {{ base,map_beg({map}) -m found }}");
            }
        }
        text.AppendLine("  default_backend web");
        AppendBackend(text, setup, "web", setup.Servers);
        AppendBackend(text, setup, "other", setup.Servers.Take(2));
        return text.ToString();
    }

    private static void AppendBackend(StringBuilder text, Setup setup, string name, IEnumerable<string> servers)
    {
        var http = setup.Entrance != Entrance.Tcp;
        text.AppendLine($"backend {name}").AppendLine("  balance roundrobin");
        if (setup.Entrance is Entrance.Bulk or Entrance.Tcp)
        {
            text.AppendLine("  option splice-response");
        }
        if (http)
        {
            text.AppendLine("  http-reuse always").AppendLine("  retries 1").AppendLine("  option httpchk GET /healthz");
        }
        text.AppendLine($"  default-server check inter {setup.CheckIntervalSeconds}s fall 3 rise 2"
            + (http ? " observe layer7 error-limit 50 on-error mark-down" : ""));
        var index = 0;
        foreach (var server in servers)
        {
            text.AppendLine($"  server s{++index} {server}");
        }
    }
}
