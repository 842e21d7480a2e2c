using System.Globalization;
using System.Net;

namespace Naru.SystemTests.Harness;

/// <summary>A real nginx as a server: one process that answers every request with its target.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    // Not on the path of everybody.
    private const string Program = "/usr/sbin/nginx";

    private readonly TestFolder _folder = new();
    private ChildProcess? _process;

    private readonly bool _notesArrivals;

    private NginxServer(bool notesArrivals) => _notesArrivals = notesArrivals;

    public IPEndPoint Address { get; } = Ports.TakeAddress();

    /// <summary>When each request came, Unix milliseconds, by a clock that no load inside the test holds up.</summary>
    public long[] ArrivalsMs => [.. File.ReadLines(_folder.File("arrivals")).Select(l => long.Parse(l.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture))];

    /// <param name="notesArrivals">For <see cref="ArrivalsMs"/>.</param>
    public static async Task<NginxServer> StartAsync(bool notesArrivals = false)
    {
        var server = new NginxServer(notesArrivals);
        await server.RestartAsync();
        return server;
    }

    public async Task RestartAsync()
    {
        var file = _folder.Write("nginx.conf", $$"""
            daemon off;
            master_process off;
            pid {{_folder.File("pid")}};
            error_log stderr crit;
            events { worker_connections 4096; }
            http {
              log_format arrivals '$msec';
              access_log {{(_notesArrivals ? $"{_folder.File("arrivals")} arrivals" : "off")}};
              keepalive_requests 1000000;
              client_body_temp_path {{_folder.File("body")}};
              proxy_temp_path {{_folder.File("proxy")}};
              fastcgi_temp_path {{_folder.File("fastcgi")}};
              uwsgi_temp_path {{_folder.File("uwsgi")}};
              scgi_temp_path {{_folder.File("scgi")}};
              server {
                listen {{Address}} backlog=4096;
                location / { return 200 $request_uri; }
              }
            }
            """);
        _process = new ChildProcess(Program, "-p", _folder.Path, "-e", "stderr", "-c", file);
        await Eventually.IsTrue(AnswersAsync, "nginx answers");
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process != null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_process!.HasExited, _process.Output);
        try
        {
            using var wire = await Wire.ConnectAsync(Address);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
