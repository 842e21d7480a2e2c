using System.Net;
using System.Net.Http;
using System.Text;
using Naru.Bench.Proxies;

namespace Naru.Bench.Load;

/// <summary>
/// Compares whole bodies: the workload's own response, and an echo of a number that is different in each request, so
/// that a response that reached the wrong client shows.
/// </summary>
internal static class Verifier
{
    private const int Clients = 32;

    /// <summary>Wrong, missing or failed responses among <paramref name="count"/>; the first of them is described.</summary>
    public static (int Wrong, string? First) Check(Workload work, int port, int count)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = Clients, UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(20) };
        var expected = work.Path == "/" ? Encoding.ASCII.GetBytes(Origin.SmallBody) : Origin.Body(work.BodyBytes);
        var wrong = 0;
        string? first = null;
        // Nothing blocks: clients that held the pool's threads while they wait would keep HttpClient from making their connections.
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (i, _) =>
        {
            var echo = i % 2 == 1;
            var path = echo ? $"/echo/{i}" : work.Path;
            var fault = await FaultAsync(client, work, path, echo ? Encoding.ASCII.GetBytes($"you asked for /echo/{i}\n") : expected).ConfigureAwait(false);
            if (fault is not null)
            {
                Interlocked.Increment(ref wrong);
                Interlocked.CompareExchange(ref first, $"{path}: {fault}", null);
            }
        }).GetAwaiter().GetResult();
        return (wrong, first);
    }

    private static async Task<string?> FaultAsync(HttpClient client, Workload work, string path, byte[] expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var header in work.Headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim());
        }
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
            using var body = new MemoryStream();
            await response.Content.CopyToAsync(body).ConfigureAwait(false);
            return response.StatusCode != HttpStatusCode.OK ? $"status {(int)response.StatusCode}"
                : !body.ToArray().AsSpan().SequenceEqual(expected) ? $"a body of {body.Length} bytes differs from the {expected.Length} expected"
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return e.Message;
        }
    }
}
