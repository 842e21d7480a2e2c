using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Naru.Engine.Store.Redis.Resp;

/// <summary>Connects to one server: TCP, TLS. Each failure is told in words for the operator.</summary>
internal static class RedisDialer
{
    /// <summary>The network finds a peer that is gone without a word after 10 s; commands notice it sooner.</summary>
    private const int KeepAliveSeconds = 10;

    /// <exception cref="IOException">No connection; the message says why.</exception>
    public static async Task<Stream> DialAsync(RedisAddress endpoint, RedisClientOptions options, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellation).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return options.Tls is { } tls ? await SecureAsync(stream, endpoint, tls, cancellation).ConfigureAwait(false) : stream;
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e is SocketException ? new IOException(e.Message, e) : e;
        }
    }

    private static async Task<Stream> SecureAsync(NetworkStream stream, RedisAddress endpoint, RedisTls tls, CancellationToken cancellation)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = endpoint.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (tls.ClientCertificate is { } certificate)
            options.ClientCertificates = [certificate];
        if (tls.Authorities is { } authorities)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(options, cancellation).ConfigureAwait(false);
            return secure;
        }
        catch (Exception e)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw e switch
            {
                AuthenticationException => new IOException($"TLS: {e.Message}", e),
                // A server without TLS waits for the end of what it takes for a command.
                OperationCanceledException => new IOException("TLS: no answer to the handshake; does the server speak TLS on this port?", e),
                _ => e,
            };
        }
    }
}
