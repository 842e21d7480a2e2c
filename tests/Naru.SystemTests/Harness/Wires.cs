using System.Net;

namespace Naru.SystemTests.Harness;

/// <summary>Several clients at once, each with a connection of its own.</summary>
internal static class Wires
{
    public static Task<Wire[]> ConnectAsync(IPEndPoint address, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => Wire.ConnectAsync(address)));

    /// <summary>Each asks for a target of its own, which begins so and ends with its index; the answers are left to be read.</summary>
    public static async Task AskAsync(this IEnumerable<Wire> clients, string target)
    {
        foreach (var (i, client) in clients.Index())
            await client.SendAsync($"GET {target}{i} HTTP/1.1\r\nHost: test\r\n\r\n");
    }

    /// <summary>Each gets the answer to what it asked, from a server that answers with the target.</summary>
    public static async Task AssertAnsweredAsync(this IEnumerable<Wire> clients, string target)
    {
        foreach (var (i, client) in clients.Index())
            Assert.Equal($"{target}{i}", (await client.ReadResponseAsync()).Text);
    }
}
