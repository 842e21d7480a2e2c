using System.Net;

namespace Naru.SystemTests.Corpus;

/// <summary>A listener of its own with a server of its own, so that what comes out belongs to what went in.</summary>
internal sealed class Lane(Func<OriginConnection, Task> script) : IAsyncDisposable
{
    public IPEndPoint Listener { get; } = Ports.TakeAddress();

    public Origin Origin { get; } = new(script);

    /// <summary>One program with all lanes. It gives up soon on a server that does not go on.</summary>
    public static Task<NaruProcess> StartAsync(IReadOnlyList<Lane> lanes)
    {
        var listeners = lanes.Select((lane, i) => $"  - {{ bind: {lane.Listener}, routes: [{{ pool: p{i} }}] }}\n");
        var pools = lanes.Select((lane, i) => $$"""
              p{{i}}: { servers: [{{lane.Origin.Address}}], retry: { attempts: 1 }, timeouts: { firstByte: 300ms, idle: 300ms }, health: { passive: off } }

            """);
        return NaruProcess.StartAsync($"listeners:\n{string.Concat(listeners)}pools:\n{string.Concat(pools)}");
    }

    /// <summary>Runs every case on one of the lanes; what fails is told together.</summary>
    public static async Task PlayAsync<T>(IReadOnlyList<Lane> lanes, IEnumerable<T> cases, Func<Lane, T, Task<string?>> play)
    {
        var waiting = new Queue<T>(cases);
        var faults = new List<string>();
        await Task.WhenAll(lanes.Select(async lane =>
        {
            while (true)
            {
                T next;
                lock (waiting)
                {
                    if (!waiting.TryDequeue(out next!))
                        return;
                }

                if (await play(lane, next) is not { } fault)
                    continue;
                lock (faults)
                    faults.Add(fault);
            }
        }));
        Assert.True(faults.Count == 0, $"{faults.Count} cases failed, the first of them:\n\n{string.Join("\n\n", faults.Take(5))}");
    }

    /// <summary>The next request through the same server connections gets its own answer.</summary>
    public async Task<string?> ProbeAsync(string target)
    {
        using var client = await Wire.ConnectAsync(Listener);
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: probe\r\n\r\n");
        var answer = await client.ReadResponseAsync();
        return answer.Status == 200 && answer.Text == target ? null : $"the next request, {target}, got\n{answer}";
    }

    public ValueTask DisposeAsync() => Origin.DisposeAsync();
}
