using Naru.Engine;
using System.Text;
using Naru.Engine.Telemetry;

namespace Naru.Tests.Telemetry;

public class LogRingTests
{
    [Fact]
    public void LinesComeOutAsTheyWentInAcrossTheEndOfTheRing()
    {
        var ring = new LogRing(() => { });
        byte[] line = new byte[7919];
        for (int i = 0; i < 500; i++)
        {
            Array.Fill(line, (byte)i);
            ring.Write(line);
            var target = new MemoryStream();
            Assert.True(ring.Drain(target));
            Assert.Equal(line, target.ToArray());
        }

        Assert.False(ring.Drain(new MemoryStream()));
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
        var target = new MemoryStream();
        ring.Drain(target);
        Assert.Equal(fit * line.Length, target.Length);
    }

    [Fact]
    public void FailingTargetDoesNotHoldTheLines()
    {
        var ring = new LogRing(() => { });
        ring.Write("a\n"u8);
        Assert.Throws<NotSupportedException>(() => ring.Drain(new MemoryStream([], writable: false)));
        ring.Write("b\n"u8);
        var target = new MemoryStream();
        ring.Drain(target);
        Assert.Equal("b\n", Encoding.ASCII.GetString(target.ToArray()));
        Assert.Equal(2, ring.Lines);
        Assert.Equal(1, ring.Lost);
    }

    [Fact]
    public void WriterAndReaderOnTwoThreadsLoseAndMixNothing()
    {
        const int Lines = 200_000;
        using var wake = new AutoResetEvent(false);
        var ring = new LogRing(() => wake.Set());
        var target = new MemoryStream();
        bool isOver = false;
        var reader = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                ring.Drain(target);
                wake.WaitOne(1);
            }

            ring.Drain(target);
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
        string[] read = Encoding.ASCII.GetString(target.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
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
}
