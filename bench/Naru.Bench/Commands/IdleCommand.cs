using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Naru.Bench.Load;
using Naru.Bench.Measure;
using Naru.Bench.Proxies;
using Naru.Bench.Report;

namespace Naru.Bench.Commands;

/// <summary>
/// User-space memory of an idle keep-alive connection: connections are opened, each is served one request and then
/// stays; what the proxy's anonymous memory grew by is divided by their number.
/// </summary>
internal static class IdleCommand
{
    private const double TargetBytes = 2048;

    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: bench\r\n\r\n");

    public static int Execute(RunOptions options, int connections)
    {
        using var run = new Run(options);
        var table = new MarkdownTable("proxy", "bytes per connection", "second half", "process before", "process after", "target", "verdict");
        var met = true;
        foreach (var name in options.Proxies)
        {
            Run.Progress($"{name}: {connections} idle connections");
            var proxy = run.Start(name, run.Setup);
            run.WarmUp(proxy, Workload.All[0]);
            var (before, half, after) = Grow(proxy, connections);
            var bytes = (double)(after - before) / connections;
            var judged = name == Proxy.Naru;
            met &= !judged || bytes <= TargetBytes;
            table.Add(name, Count(bytes), Count((after - half) / (connections / 2.0)), Mebibytes(before), Mebibytes(after),
                judged ? $"≤ {Count(TargetBytes)}" : "–", !judged ? "–" : bytes <= TargetBytes ? "met" : "**missed**");
            run.StopProxies();
        }
        run.Publish("idle", $"""
            {connections.ToString("N0", CultureInfo.InvariantCulture)} keep-alive connections, each served one request, then idle; growth of the proxy's anonymous memory after a warm-up of 64 connections. Kernel memory of the sockets is not in it.

            {table}
            """);
        return met ? 0 : 1;
    }

    private static (long Before, long Half, long After) Grow(Proxy proxy, int connections)
    {
        var held = new List<Socket>(connections);
        try
        {
            var before = Settled(proxy);
            Hold(held, proxy, connections / 2);
            var half = Settled(proxy);
            Hold(held, proxy, connections);
            var after = Settled(proxy);
            foreach (var socket in held)
            {
                // Readable now would mean closed or an answer nobody asked for.
                if (socket.Poll(0, SelectMode.SelectRead))
                {
                    throw new BenchException($"{proxy.Name} did not keep an idle connection.");
                }
            }
            return (before, half, after);
        }
        finally
        {
            held.ForEach(s => s.Dispose());
        }
    }

    private static void Hold(List<Socket> held, Proxy proxy, int count)
    {
        var buffer = new byte[4096];
        while (held.Count < count)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            held.Add(socket);
            socket.Connect(IPAddress.Loopback, proxy.Port);
            socket.Send(Request);
            if (socket.Receive(buffer) == 0)
            {
                throw new BenchException($"{proxy.Name} closed connection {held.Count} without an answer.");
            }
        }
    }

    private static long Settled(Proxy proxy)
    {
        Thread.Sleep(2000);
        return ProcessMemory.AnonymousBytes(proxy.Pid);
    }

    private static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");
}
