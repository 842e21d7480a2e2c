using System.Globalization;
using System.Net;

namespace Naru.SystemTests.Survival;

/// <summary>What long runs must not do: allocate per request, grow, or fail now and then.</summary>
[Collection<Alone>]
public class SteadyStateTests
{
    private const string SoakSeconds = "NARU_SOAK_SECONDS";
    private const int SoakSecondsInCi = 20;

    [Fact]
    public async Task HundredThousandRequestsAllocateNothing()
    {
        await using var server = await NginxServer.StartAsync();
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, server.Address));
        // Every connection, buffer and frame is made once; the code is compiled in tiers.
        await WrkAsync(web, seconds: 4, connections: 64);
        var before = await naru.StatusAsync();

        StatusDifference after;
        do
        {
            await WrkAsync(web, seconds: 4, connections: 64);
            after = await DifferenceAsync(naru, before);
        }
        while (after.Requests < 100_000);

        Assert.True(after.AllocatedBytes < 16 * 1024, $"{after.AllocatedBytes} bytes allocated over {after.Requests} requests");
    }

    /// <summary>Plain, chunked, posted, pipelined, aborted and refused requests, new and kept connections, all at once.</summary>
    [Fact]
    public async Task MixedLoadRunsOnInConstantMemory()
    {
        int seconds = int.Parse(Environment.GetEnvironmentVariable(SoakSeconds) ?? $"{SoakSecondsInCi}", CultureInfo.InvariantCulture);
        await using var nginx = await NginxServer.StartAsync();
        await using var chunked = new Origin(ChunkedAsync);
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners:
              - bind: {{web}}
                routes:
                  - { match: { path: /chunked/* }, pool: chunked }
                  - { pool: plain }
            pools:
              plain: { servers: [{{nginx.Address}}] }
              chunked: { servers: [{{chunked.Address}}] }
            """, loops: 2);
        await using var load = new Load(web, clients: 8);
        using var time = new CancellationTokenSource();
        var others = Task.WhenAll(Repeat(() => UploadAsync(web), time.Token), Repeat(() => LeaveAsync(web), time.Token), Repeat(() => RefusedAsync(web), time.Token));

        // Growth until everything was used once is not a leak: the second half is held against the first.
        await Task.Delay(TimeSpan.FromSeconds(seconds / 2.0));
        long half = naru.Process.ResidentBytes;
        int descriptors = naru.Process.OpenDescriptors;
        await Task.Delay(TimeSpan.FromSeconds(seconds / 2.0));
        long full = naru.Process.ResidentBytes;

        await time.CancelAsync();
        await others;
        await load.StopAsync();
        Assert.True(full - half < 16 << 20, $"{half >> 20} MiB at half time, {full >> 20} MiB at the end");
        Assert.True(naru.Process.OpenDescriptors <= descriptors + 50, $"{descriptors} descriptors at half time, {naru.Process.OpenDescriptors} at the end");
        Assert.Equal(0, await naru.EndsAsync("internal-error"));
    }

    private static async Task ChunkedAsync(OriginConnection connection)
    {
        while (await connection.ReadRequestAsync() is { } request)
        {
            int half = request.Body.Length / 2;
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{half:x}\r\n{request.Text[..half]}\r\n");
            await connection.SendAsync($"{request.Body.Length - half:x}\r\n{request.Text[half..]}\r\n0\r\nX-Sum: {request.Body.Length}\r\n\r\n");
        }
    }

    private static async Task UploadAsync(IPEndPoint web)
    {
        using var client = await Wire.ConnectAsync(web);
        for (int length = 2; length < 200_000; length *= 7)
        {
            var body = new string('u', length);
            await client.SendAsync($"POST /chunked/up HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n");
            Assert.Equal(body, (await client.ReadResponseAsync("POST")).Text);
        }
    }

    private static async Task LeaveAsync(IPEndPoint web)
    {
        using var client = await Wire.ConnectAsync(web);
        await client.SendAsync("POST /chunked/left HTTP/1.1\r\nHost: soak\r\nContent-Length: 100000\r\n\r\nonly a part of it");
        await Task.Delay(5);
        client.Reset();
    }

    private static async Task RefusedAsync(IPEndPoint web)
    {
        using var client = await Wire.ConnectAsync(web);
        await client.SendAsync("GET /1 HTTP/1.1\r\nHost: soak\r\n\r\nGET /2 HTTP/1.1\r\nHost: soak\r\n\r\nGET /3 HTTP/1.1\r\n\r\n");
        Assert.Equal("/1", (await client.ReadResponseAsync()).Text);
        Assert.Equal("/2", (await client.ReadResponseAsync()).Text);
        Assert.Equal(400, (await client.ReadResponseAsync()).Status);
    }

    private static async Task Repeat(Func<Task> action, CancellationToken time)
    {
        while (!time.IsCancellationRequested)
            await action();
    }

    private static async Task WrkAsync(IPEndPoint web, int seconds, int connections)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(TimeSpan.FromSeconds(seconds + 20),
            "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", $"http://{web}/");
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("Socket errors", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", output, StringComparison.Ordinal);
    }

    private static async Task<StatusDifference> DifferenceAsync(NaruProcess naru, Engine.Telemetry.StatusReport before)
    {
        var now = await naru.StatusAsync();
        return new(
            now.Listeners.Sum(l => l.Requests) - before.Listeners.Sum(l => l.Requests),
            now.Loops.Sum(l => l.AllocatedBytes) - before.Loops.Sum(l => l.AllocatedBytes));
    }

    private static string Config(IPEndPoint web, IPEndPoint server) => $$"""
        listeners:
          - bind: {{web}}
            routes: [{ pool: web }]
        pools:
          web:
            servers: [{{server}}]
            health: { active: { type: tcp, interval: 500ms } }
        """;

    private sealed record StatusDifference(long Requests, long AllocatedBytes);
}
