namespace Naru.Bench.Proxies;

/// <summary>
/// The servers behind every proxy: one nginx worker that listens on two ports. A third port listens on every
/// loopback address, so that 127.1.0.1, 127.1.0.2, ... stand for thousands of servers.
/// </summary>
internal sealed class Origin : IDisposable
{
    public const string SmallBody =
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

    private readonly ChildProcess _process;

    public Origin(string workFolder)
    {
        First = Ports.Take();
        Second = Ports.Take();
        Wide = Ports.Take();
        var root = Path.Combine(workFolder, "www");
        Directory.CreateDirectory(root);
        File.WriteAllBytes(Path.Combine(root, "16k"), Body(16 * 1024));
        File.WriteAllBytes(Path.Combine(root, "1m"), Body(1024 * 1024));
        var configuration = Path.Combine(workFolder, "origin.conf");
        File.WriteAllText(configuration, $$"""
            worker_processes 1; daemon off; pid {{workFolder}}/origin.pid; error_log stderr crit;
            events { worker_connections 65536; }
            http {
              {{NginxProxy.TempPaths(workFolder, "origin")}}
              access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; default_type text/plain;
              keepalive_timeout 3600s; keepalive_requests 1000000000; open_file_cache max=100; server_tokens off;
              server {
                listen 127.0.0.1:{{First}} backlog=16384; listen 127.0.0.1:{{Second}} backlog=16384;
                listen {{Wide}} backlog=16384; allow 127.0.0.0/8; deny all;
                root {{root}};
                location / { return 200 "{{SmallBody}}"; }
                location /echo/ { return 200 "you asked for $uri\n"; }
                location = /16k { }
                location = /1m { }
              }
            }
            """);
        _process = new ChildProcess("origin", Machine.LoadCpus, workFolder, "nginx", "-c", configuration, "-p", workFolder, "-e", "stderr");
        _process.WaitForPort(First);
    }

    public int First { get; }

    public int Second { get; }

    public int Wide { get; }

    public int Pid => _process.Pid;

    /// <summary>Addresses of many servers: distinct loopback addresses on the wide port.</summary>
    public IEnumerable<string> Servers(int count) =>
        Enumerable.Range(1, count).Select(i => $"127.{1 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}:{Wide}");

    public static byte[] Body(int bytes)
    {
        // Every position differs from its neighbours, so that lost, doubled or moved bytes show.
        var body = new byte[bytes];
        for (var i = 0; i < bytes; i++)
        {
            body[i] = (byte)('a' + ((i * 7) + (i >> 8)) % 26);
        }
        return body;
    }

    public void Dispose() => _process.Dispose();
}
