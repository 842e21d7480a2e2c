using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Naru.Admin;
using Naru.Engine.Telemetry;

namespace Naru.Cli;

/// <summary>Talks to a running Naru. Every failure is a <see cref="CliException"/> that says how to go on.</summary>
internal sealed class AdminClient : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly AdminAddress _address;
    private readonly bool _hasToken;
    private readonly HttpClient _http;

    public AdminClient(AdminAddress address, string? token)
    {
        _address = address;
        _hasToken = token is not null;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectCallback = Connect };
        _http = new HttpClient(handler) { BaseAddress = new Uri(BaseAddress(address)), Timeout = AnswerTimeout };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async Task<StatusReport> Status(CancellationToken cancellation)
        => Read(await Send(HttpMethod.Get, "/status", cancellation), StatusJson.Default.StatusReport);

    /// <summary>As the running Naru wrote it.</summary>
    public async Task<string> StatusText(CancellationToken cancellation)
    {
        var answer = await Send(HttpMethod.Get, "/status", cancellation);
        Read(answer, StatusJson.Default.StatusReport);
        return answer.Body;
    }

    public async Task<DrainAnswer> Drain(ServerName server, bool draining, CancellationToken cancellation)
    {
        var verb = draining ? "drain" : "undrain";
        var path = $"/pools/{Uri.EscapeDataString(server.Pool)}/servers/{Uri.EscapeDataString(server.Server)}/{verb}";
        return Read(await Send(HttpMethod.Post, path, cancellation), AdminJson.Default.DrainAnswer);
    }

    public async Task<ReloadOutcome> Reload(CancellationToken cancellation)
    {
        var answer = await Send(HttpMethod.Post, "/reload", cancellation);
        return Read(answer with { Status = answer.Status == HttpStatusCode.UnprocessableEntity ? HttpStatusCode.OK : answer.Status }, AdminJson.Default.ReloadOutcome);
    }

    public async Task<IReadOnlyList<RoomStatus>> Rooms(CancellationToken cancellation)
        => Read(await Send(HttpMethod.Get, "/rooms", cancellation), AdminJson.Default.RoomList).Rooms;

    /// <inheritdoc cref="StatusText"/>
    public async Task<string> RoomsText(CancellationToken cancellation)
    {
        var answer = await Send(HttpMethod.Get, "/rooms", cancellation);
        Read(answer, AdminJson.Default.RoomList);
        return answer.Body;
    }

    public async Task<RoomStatus> Room(string room, CancellationToken cancellation)
        => Read(await Send(HttpMethod.Get, RoomPath(room), cancellation), AdminJson.Default.RoomStatus);

    /// <inheritdoc cref="StatusText"/>
    public async Task<string> RoomText(string room, CancellationToken cancellation)
    {
        var answer = await Send(HttpMethod.Get, RoomPath(room), cancellation);
        Read(answer, AdminJson.Default.RoomStatus);
        return answer.Body;
    }

    public async Task<RoomStatus> ControlRoom(string room, RoomControl control, CancellationToken cancellation)
    {
        var path = $"{RoomPath(room)}/{RoomRequest.Verb(control.Action)}";
        return Read(await Send(HttpMethod.Post, path, cancellation, RoomRequest.Write(control)), AdminJson.Default.RoomStatus);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A wildcard bind is reached by loopback.</summary>
    private static string BaseAddress(AdminAddress address) => address.EndPoint is not IPEndPoint ip
        ? "http://localhost"
        : ip.Address.Equals(IPAddress.Any) ? $"http://127.0.0.1:{ip.Port}"
        : ip.Address.Equals(IPAddress.IPv6Any) ? $"http://[::1]:{ip.Port}"
        : $"http://{ip}";

    private static string RoomPath(string room) => $"/rooms/{Uri.EscapeDataString(room)}";

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var isUnix = _address.SocketPath is not null;
        var socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(isUnix ? _address.EndPoint : context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Answer> Send(HttpMethod method, string path, CancellationToken cancellation, string json = "")
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (json.Length > 0)
                request.Content = new StringContent(json, Encoding.UTF8, "application/json");
            using var response = await _http.SendAsync(request, cancellation);
            return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"no answer from {_address}: {Reason(e)}; is naru running? --admin ADDRESS names another place");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CliException($"no answer from {_address} within {AnswerTimeout.TotalSeconds:0} s");
        }
    }

    private static string Reason(HttpRequestException e) => e.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "no permission to use the socket",
        // What connect(2) says of a socket file that is not there.
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "no such socket",
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => $"it closed the connection; {AdminServer.ConnectionsMax} others may be open, which is all it takes",
        { } inner => inner.Message,
        null => e.Message,
    };

    private T Read<T>(Answer answer, JsonTypeInfo<T> type)
    {
        try
        {
            if (answer.Status == HttpStatusCode.OK)
                return JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException();
            var error = JsonSerializer.Deserialize(answer.Body, AdminJson.Default.AdminError)?.Error ?? throw new JsonException();
            throw new CliException(answer.Status != HttpStatusCode.Unauthorized ? error
                : _hasToken ? $"{_address} refuses the token; --token-file must name the file that its admin.tokenFile names"
                : $"{_address} asks for a token; name its file with --token-file");
        }
        catch (JsonException)
        {
            throw new CliException($"what answers at {_address} is not naru; --admin ADDRESS names another place");
        }
    }

    private sealed record Answer(HttpStatusCode Status, string Body);
}
