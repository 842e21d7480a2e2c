using System.Text;

namespace Naru.Bench.Proxies;

/// <summary>nginx as a proxy: one worker, upstream keep-alive, a buffered access log. Active checks are not in the free edition.</summary>
internal sealed class NginxProxy : Proxy
{
    public const string StreamModule = "/usr/lib/nginx/modules/ngx_stream_module.so";

    private readonly string _logPath;

    private NginxProxy(ChildProcess process, string logPath)
        : base(Nginx, process) => _logPath = logPath;

    public static NginxProxy Start(Setup setup)
    {
        var port = Ports.Take();
        var logPath = Path.Combine(setup.WorkFolder, "nginx.access.log");
        var configuration = Path.Combine(setup.WorkFolder, "nginx.conf");
        File.WriteAllText(configuration, setup.Entrance == Entrance.Tcp ? Stream(setup, port) : Http(setup, port, logPath));
        var process = new ChildProcess("nginx", setup.Cpus, setup.WorkFolder, "nginx", "-c", configuration, "-p", setup.WorkFolder, "-e", "stderr");
        process.WaitForPort(port);
        return new NginxProxy(process, logPath) { Port = port };
    }

    /// <summary>Folders of its own, so that the run needs no rights on those of the package.</summary>
    public static string TempPaths(string workFolder, string name) => string.Join(' ',
        ((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(k => $"{k}_temp_path {workFolder}/{name}-{k};"));

    public override string? OwnFigures() => File.Exists(_logPath) ? $"{File.ReadLines(_logPath).LongCount()} log lines" : null;

    public override void Dispose()
    {
        base.Dispose();
        File.Delete(_logPath);
    }

    private static string Head(Setup setup) => $$"""
        worker_processes {{setup.Loops}}; daemon off; pid {{setup.WorkFolder}}/nginx.pid; error_log stderr crit;
        events { worker_connections 65536; }
        """;

    private static string Stream(Setup setup, int port) => $$"""
        load_module {{StreamModule}};
        {{Head(setup)}}
        stream {
          upstream web { {{Upstream(setup)}} }
          server { listen 127.0.0.1:{{port}} backlog=16384; proxy_pass web; proxy_connect_timeout 3s; proxy_timeout 600s; tcp_nodelay on; }
        }
        """;

    private static string Http(Setup setup, int port, string logPath)
    {
        var log = setup.Entrance == Entrance.Logged ? $"access_log {logPath} combined buffer=64k flush=1s;" : "access_log off;";
        return $$"""
            {{Head(setup)}}
            http {
              {{TempPaths(setup.WorkFolder, "nginx")}}
              {{log}} sendfile on; tcp_nodelay on; server_tokens off;
              keepalive_timeout 600s; keepalive_requests 1000000000; client_header_timeout 10s; client_body_timeout 30s;
              proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_connect_timeout 3s;
              upstream web { {{Upstream(setup)}} keepalive 128; keepalive_requests 1000000000; keepalive_timeout 600s; }
              server {
                listen 127.0.0.1:{{port}} backlog=16384 deferred default_server;
                location = /old { return 308 /new; }
                location / { proxy_pass http://web; }
              }
              server {
                listen 127.0.0.1:{{port}}; server_name shop.example.com *.example.com;
                location /api/ { proxy_pass http://web; }
                location /booking/ { proxy_pass http://web; }
                location / { proxy_pass http://web; }
              }
            }
            """;
    }

    private static string Upstream(Setup setup) =>
        setup.Servers.Aggregate(new StringBuilder(), (text, s) => text.Append($"server {s} max_fails=5 fail_timeout=30s; ")).ToString();
}
