using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Naru.Core.Config;

namespace Naru.Admin;

/// <summary>
/// Answers the operator over HTTP.
/// Owner: the running program. Thread: the .NET pool; idle it uses none. Invariant: no call is answered that
/// <see cref="AdminAccess"/> did not grant.
/// </summary>
internal sealed class AdminServer : IAsyncDisposable
{
    /// <summary>At the same time; more are closed unheard.</summary>
    internal const int ConnectionsMax = 64;

    private readonly AdminAddress _address;
    private readonly WebApplication _app;
    private byte[]? _tokenHash;

    private AdminServer(AdminAddress address, string? token, AdminActions actions)
    {
        _address = address;
        _tokenHash = token is null ? null : AdminAccess.HashOf(token);
        _app = Build(actions);
    }

    /// <summary>Checks the section <c>admin</c> as far as the configuration file cannot: the address and the token's file.</summary>
    /// <exception cref="AdminException">It cannot be used as it is.</exception>
    public static (AdminAddress Address, string? Token) Check(AdminOptions options)
    {
        if (!AdminAddress.TryParse(options.Bind, out var address))
            throw new AdminException($"admin.bind '{options.Bind}' is not an address; write 127.0.0.1:9900 or unix:/run/naru/admin.sock");
        if (options.TokenFile is null && !address.IsLocal)
            throw new AdminException($"admin.bind {address} is open to other machines; set admin.tokenFile, or bind to 127.0.0.1 or unix:/path");
        return (address, options.TokenFile is null ? null : AdminToken.Read(options.TokenFile));
    }

    /// <exception cref="AdminException">The address is busy or may not be used.</exception>
    public static async Task<AdminServer> StartAsync(AdminAddress address, string? token, AdminActions actions)
    {
        var server = new AdminServer(address, token, actions);
        try
        {
            await server._app.StartAsync();
            return server;
        }
        catch (Exception e)
        {
            await server._app.DisposeAsync();
            throw Find(e) ?? new AdminException($"admin.bind {address}: {Reason(e)}", isConfiguration: false);
        }
    }

    /// <summary>Takes a token that was changed in its file.</summary>
    public void SetToken(string? token) => Volatile.Write(ref _tokenHash, token is null ? null : AdminAccess.HashOf(token));

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
        if (_address.SocketPath is { } path)
            File.Delete(path);
    }

    private WebApplication Build(AdminActions actions)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, SignalsAreNotOurs>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(Limit);
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.CreateBoundListenSocket = Bind;
            sockets.IOQueueCount = 1;
        });
        var app = builder.Build();
        app.Use(Guard);
        app.Use(AdminEndpoints.ExplainMisses);
        app.UseRouting();
        AdminEndpoints.Map(app, actions);
        return app;
    }

    /// <summary>A handful of operators and monitors, each with small requests: everything beyond is a mistake or an attack.</summary>
    private void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.MaxRequestLineSize = 2 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 8 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 32;
        kestrel.Limits.MaxRequestBodySize = 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        kestrel.Listen(_address.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private Task Guard(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        // A monitor asks for nothing but one word: no secret is spent on it.
        var isHealth = request.Path == "/health";
        var verdict = AdminAccess.Judge(
            loopback: _address is { SocketPath: null, IsLocal: true },
            safeMethod: HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method),
            request.Host.Value ?? "",
            request.Headers.Origin.ToString(),
            request.Headers.Authorization.ToString(),
            isHealth ? null : Volatile.Read(ref _tokenHash));
        if (verdict is AccessVerdict.TokenMissing or AccessVerdict.TokenWrong)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return verdict switch
        {
            AccessVerdict.Granted => next(context),
            AccessVerdict.ForeignHost => AdminEndpoints.Error(context, 403, "the Host field must be localhost or a loopback address"),
            AccessVerdict.CrossSite => AdminEndpoints.Error(context, 403, "web pages may not change anything here (Origin is set)"),
            AccessVerdict.TokenMissing => AdminEndpoints.Error(context, 401, "a token is needed: Authorization: Bearer TOKEN"),
            _ => AdminEndpoints.Error(context, 401, "the token is not the right one"),
        };
    }

    /// <summary>Kestrel listens after this: nobody connects before the socket file has its mode.</summary>
    private static Socket Bind(EndPoint endPoint)
    {
        if (endPoint is not UnixDomainSocketEndPoint)
        {
            var tcp = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            return BindOrDispose(tcp, endPoint);
        }
        var path = endPoint.ToString()!;
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new AdminException($"admin.bind unix:{path}: the folder {Path.GetDirectoryName(path)} does not exist; make it, or choose another path", isConfiguration: false);
        RemoveStale(path);
        var socket = BindOrDispose(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), endPoint);
#pragma warning disable CA1416 // Naru runs on Linux alone.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        return socket;
    }

    private static Socket BindOrDispose(Socket socket, EndPoint endPoint)
    {
        try
        {
            socket.Bind(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes a socket file that a killed process left behind; never a live one, never another kind of file.</summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
            return;
        try
        {
            // A socket cannot be opened as a file (ENXIO).
            File.OpenHandle(path).Dispose();
            throw new AdminException($"admin.bind unix:{path}: there is a file that is not a socket; remove it or choose another path");
        }
        catch (IOException)
        {
        }
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        throw new AdminException($"admin.bind unix:{path}: another process listens there; is naru running already?", isConfiguration: false);
    }

    /// <summary>What <see cref="Bind"/> threw comes back wrapped.</summary>
    private static AdminException? Find(Exception? e)
    {
        while (e is not (null or AdminException))
            e = e.InnerException;
        return (AdminException?)e;
    }

    private static string Reason(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return "another process listens there; is naru running already? (ss -ltnp shows who)";
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                    return "this machine does not have that address (ip addr shows those it has)";
                case SocketException { SocketErrorCode: SocketError.AccessDenied } or UnauthorizedAccessException:
                    return "no permission; ports under 1024 need root or CAP_NET_BIND_SERVICE, a socket file a folder you may write to";
                case SocketException socket:
                    return socket.Message;
            }
        }
        return e.Message;
    }

    /// <summary>The program drains on SIGTERM and keeps the admin answering meanwhile; the host's own handler would stop it.</summary>
    private sealed class SignalsAreNotOurs : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
