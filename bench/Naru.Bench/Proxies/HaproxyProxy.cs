using System.Text;

namespace Naru.Bench.Proxies;

/// <summary>
/// HAProxy with what its users switch on for speed: one thread, <c>http-reuse always</c>, and splicing for large
/// bodies. <c>splice-auto</c> is not used: it never spliced a 1 MB response. The log goes to a datagram socket as
/// Debian's own configuration does; reading the lines is not charged to HAProxy.
/// </summary>
internal sealed class HaproxyProxy : Proxy
{
    private readonly LogSink? _sink;

    private HaproxyProxy(ChildProcess process, LogSink? sink)
        : base(Haproxy, process) => _sink = sink;

    public static HaproxyProxy Start(Setup setup)
    {
        var port = Ports.Take();
        var sink = setup.Entrance == Entrance.Logged ? new LogSink(Path.Combine(setup.WorkFolder, "log.sock")) : null;
        var configuration = Path.Combine(setup.WorkFolder, "haproxy.cfg");
        File.WriteAllText(configuration, Configuration(setup, port, sink));
        var process = new ChildProcess("haproxy", setup.Cpus, setup.WorkFolder, "haproxy", "-db", "-f", configuration);
        process.WaitForPort(port);
        return new HaproxyProxy(process, sink) { Port = port };
    }

    public override string? OwnFigures() => _sink is null ? null : $"{_sink.Lines} log lines";

    public override void Dispose()
    {
        base.Dispose();
        _sink?.Dispose();
    }

    private static string Configuration(Setup setup, int port, LogSink? sink)
    {
        var text = new StringBuilder($"""
            global
              nbthread {setup.Loops}
              maxconn 30000
              no strict-limits
              {(sink is null ? "" : $"log unix@{sink.Path} local0")}
            defaults
              mode {(setup.Entrance == Entrance.Tcp ? "tcp" : "http")}
              timeout connect 3s
              timeout client 60s
              timeout server 60s
              timeout http-request 10s
              timeout http-keep-alive 600s
              timeout queue 5s
              {(sink is null ? "" : "log global\n  option httplog")}

            """);
        text.AppendLine("frontend web").AppendLine($"  bind 127.0.0.1:{port} backlog 16384");
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
