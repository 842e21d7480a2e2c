using System.Text;
using Naru.Cli;

namespace Naru.Tests.Cli;

public class OperatorLogTests
{
    [Fact]
    public void LinesAreWrittenInOrderBeforeTheEnd()
    {
        var target = new StringWriter { NewLine = "\n" };
        using (var log = new OperatorLog(target))
        {
            log.WriteLine("one");
            log.WriteLine("two");
        }

        Assert.Equal("one\ntwo\n", target.ToString());
    }

    [Fact]
    public void TargetThatTakesNothingHoldsNobodyUp()
    {
        using var target = new StuckWriter();
        using (var log = new OperatorLog(target))
        {
            log.WriteLine("the first gets stuck");
            target.IsStuck.Wait(TestContext.Current.CancellationToken);
            for (int i = 0; i < OperatorLog.LinesMax + 7; i++)
                log.WriteLine($"line {i}");
            target.GoOn.Set();
        }

        Assert.Equal(OperatorLog.LinesMax + 2, target.Lines.Count);
        Assert.Equal("naru: 7 lines are lost here: they came faster than they were taken", target.Lines[1]);
    }

    [Fact]
    public void LineAfterTheEndIsNoError()
    {
        var log = new OperatorLog(TextWriter.Null);
        log.Dispose();
        log.WriteLine("too late");
    }

    private sealed class StuckWriter : TextWriter
    {
        public ManualResetEventSlim IsStuck { get; } = new();

        public ManualResetEventSlim GoOn { get; } = new();

        public List<string> Lines { get; } = [];

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            IsStuck.Set();
            GoOn.Wait(TestContext.Current.CancellationToken);
            Lines.Add(value!);
        }
    }
}
