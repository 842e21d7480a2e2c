using Naru.Engine;
using System.Text;
using Naru.Engine.Linux;
using Naru.Engine.Telemetry;
using Naru.Tests.Cli;

namespace Naru.Tests.Telemetry;

public sealed class LogRingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LinesComeOutAsTheyWentInAcrossTheEndOfTheRing()
    {
        var ring = new LogRing(() => { });
        byte[] line = new byte[7919];
        for (int i = 0; i < 500; i++)
        {
            Array.Fill(line, (byte)i);
            ring.Write(line);
            Assert.Equal(line, Drained(ring));
        }

        Assert.Empty(Drained(ring));
        Assert.Equal(500, ring.Lines);
        Assert.Equal(0, ring.Dropped);
    }

    [Fact]
    public void LineThatDoesNotFitIsDroppedWholeAndCounted()
    {
        int wakes = 0;
        var ring = new LogRing(() => wakes++);
        byte[] line = new byte[1000];
        for (int i = 0; i < 1100; i++)
            ring.Write(line);
        int fit = EngineLimits.LogRingBytes / line.Length;
        Assert.Equal(fit, ring.Lines);
        Assert.Equal(1100 - fit, ring.Dropped);
        Assert.Equal(1, wakes);
        Assert.Equal(fit * line.Length, Drained(ring).Length);
    }

    [Fact]
    public void FullDiskDoesNotHoldTheLines()
    {
        var ring = new LogRing(() => { });
        byte[] line = new byte[7919];
        line[^1] = (byte)'\n';
        using var full = LogFile.Open("/dev/full");
        int lines = 0;
        // Some of these go across the end of the ring.
        while (lines < 300)
        {
            for (int i = 0; i < 100; i++, lines++)
                ring.Write(line);
            Assert.Equal(Errno.NoSpace, ring.Drain(full));
            Assert.Equal(lines, ring.Lost);
        }

        ring.Write("b\n"u8);
        Assert.Equal("b\n"u8.ToArray(), Drained(ring));
        Assert.Equal((301, 300), (ring.Lines, ring.Lost));
    }

    [Fact]
    public void WriterAndReaderOnTwoThreadsLoseAndMixNothing()
    {
        const int Lines = 200_000;
        using var wake = new AutoResetEvent(false);
        var ring = new LogRing(() => wake.Set());
        using var file = LogFile.Open(_folder["lines"]);
        bool isOver = false;
        var reader = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                ring.Drain(file);
                wake.WaitOne(1);
            }

            ring.Drain(file);
        });
        reader.Start();
        Span<byte> line = stackalloc byte[64];
        for (int i = 0; i < Lines; i++)
        {
            Encoding.ASCII.GetBytes($"{i} {new string('x', i % 40)}\n", line);
            ring.Write(line[..(i.ToString(System.Globalization.CultureInfo.InvariantCulture).Length + 2 + (i % 40))]);
        }

        Volatile.Write(ref isOver, true);
        wake.Set();
        reader.Join();
        string[] read = File.ReadAllText(_folder["lines"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Lines, ring.Lines + ring.Dropped);
        Assert.Equal(ring.Lines, read.Length);
        int before = -1;
        foreach (string text in read)
        {
            int number = int.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(number > before);
            Assert.Equal($"{number} {new string('x', number % 40)}", text);
            before = number;
        }
    }

    private byte[] Drained(LogRing ring)
    {
        string path = _folder["drained"];
        File.Delete(path);
        using (var file = LogFile.Open(path))
            Assert.Equal(0, ring.Drain(file));
        return File.ReadAllBytes(path);
    }
}
