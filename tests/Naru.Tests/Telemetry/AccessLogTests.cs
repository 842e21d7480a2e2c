using System.IO.Pipes;
using Naru.Core.Config;
using Naru.Engine.Telemetry;
using Naru.Tests.Cli;

namespace Naru.Tests.Telemetry;

public class AccessLogTests
{
    [Fact]
    public async Task ReopenedFileTakesTheNextLines()
    {
        using var folder = new TemporaryFolder();
        string path = folder["access.log"];
        using (var log = new AccessLog(new AccessLogOptions { Path = path }, 1, _ => { }))
        {
            log.ForLoop(0).Write("one\n"u8);
            while (new FileInfo(path).Length == 0)
                await Task.Delay(5, TestContext.Current.CancellationToken);
            File.Move(path, path + ".1");
            log.Reopen();
            log.ForLoop(0).Write("two\n"u8);
        }

        Assert.Equal("one\n", File.ReadAllText(path + ".1"));
        Assert.Equal("two\n", File.ReadAllText(path));
    }

    [Fact]
    public async Task TruncatedFileGoesOnFromItsNewEnd()
    {
        using var folder = new TemporaryFolder();
        string path = folder["access.log"];
        using (var log = new AccessLog(new AccessLogOptions { Path = path }, 1, _ => { }))
        {
            log.ForLoop(0).Write("one\n"u8);
            while (new FileInfo(path).Length == 0)
                await Task.Delay(5, TestContext.Current.CancellationToken);
            File.WriteAllText(path, "");
            log.ForLoop(0).Write("two\n"u8);
        }

        Assert.Equal("two\n", File.ReadAllText(path));
    }

    [Fact]
    public void LineThatAnEarlierWriterLeftTornIsEndedFirst()
    {
        using var folder = new TemporaryFolder();
        string path = folder["access.log"];
        File.WriteAllText(path, "whole\nto");
        using (var log = new AccessLog(new AccessLogOptions { Path = path }, 1, _ => { }))
            log.ForLoop(0).Write("one\n"u8);
        Assert.Equal("whole\nto\none\n", File.ReadAllText(path));

        using (var log = new AccessLog(new AccessLogOptions { Path = path }, 1, _ => { }))
            log.ForLoop(0).Write("two\n"u8);
        Assert.Equal("whole\nto\none\ntwo\n", File.ReadAllText(path));
    }

    [Fact]
    public void LinesThatAFullDiskDoesNotTakeAreCountedAsDropped()
    {
        List<string> complaints = [];
        var log = new AccessLog(new AccessLogOptions { Path = "/dev/full" }, 1, complaints.Add);
        log.ForLoop(0).Write("one\n"u8);
        log.ForLoop(0).Write("two\n"u8);
        log.Dispose();
        Assert.Equal((0, 2), (log.Status.Written, log.Status.Dropped));
        Assert.StartsWith("access log: lines are lost: ", Assert.Single(complaints));
    }

    [Fact]
    public void PipeThatNobodyReadsHoldsUpNoStop()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        string path = $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        List<string> complaints = [];
        var log = new AccessLog(new AccessLogOptions { Path = path }, 1, complaints.Add);
        for (int i = 0; i < 1000; i++)
            log.ForLoop(0).Write(new byte[1000]);
        log.Dispose();
        Assert.Equal([$"access log: {path} takes no lines; the last ones are lost."], complaints);
    }
}
