using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Naru.Demo;

/// <summary>
/// The line protocol: the client sends a name and a newline; the server sends the regions whose Korean or English name
/// begins with it, a line each, then <c>end</c>. A connection may ask many times.
/// </summary>
internal sealed class RegionDemoServer(string name, TimeSpan delay, TimeProvider? clock = null) : DemoServer(name, delay, clock)
{
    private const int LineBytesMax = 256;

    /// <summary>The answer to one line, newline included.</summary>
    internal static string Answer(string line)
    {
        var answer = new StringBuilder();
        foreach (var region in RegionTable.Find(line.Trim()))
            answer.Append(region).Append('\n');
        return answer.Append("end\n").ToString();
    }

    protected override async Task Serve(Socket connection)
    {
        var buffer = new byte[LineBytesMax];
        var filled = 0;
        while (true)
        {
            var newline = buffer.AsSpan(0, filled).IndexOf((byte)'\n');
            if (newline < 0)
            {
                if (filled == buffer.Length)
                    return;
                var received = await connection.ReceiveAsync(buffer.AsMemory(filled));
                if (received == 0)
                    return;
                filled += received;
                continue;
            }
            var began = Stopwatch.GetTimestamp();
            var line = Encoding.UTF8.GetString(buffer.AsSpan(0, newline));
            buffer.AsSpan(newline + 1, filled - newline - 1).CopyTo(buffer);
            filled -= newline + 1;

            await Work();
            ReadOnlyMemory<byte> answer = Encoding.UTF8.GetBytes(Answer(line));
            while (!answer.IsEmpty)
                answer = answer[await connection.SendAsync(answer)..];
            Latency.Add(Stopwatch.GetElapsedTime(began));
        }
    }
}
