using Naru.Cli;
using Naru.Tests.Admin;

namespace Naru.Tests.Cli;

public class StatusLinesTests
{
    [Fact]
    public void EachThingIsALineThatBeginsWithItsKindAndName()
    {
        using var output = new StringWriter();
        StatusLines.Write(SampleStatus.Report(), output);
        CheckedInText.AssertSame("status.txt", output.ToString());
    }

    [Theory]
    [InlineData("body of 6 bytes lacks \"READY\"", "\"body of 6 bytes lacks \\\"READY\\\"\"")]
    [InlineData("C:\\", "\"C:\\\\\"")]
    public void ReasonStaysOneQuotedText(string reason, string quoted)
    {
        using var output = new StringWriter();
        StatusLines.Write(SampleStatus.Report(SampleStatus.Pool("web", false, SampleStatus.Server("10.0.0.11:8080", "down", reason))), output);
        Assert.EndsWith($" reason={quoted}", Assert.Single(output.ToString().Split('\n'), line => line.StartsWith("server ")));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(12_345, "12.3k")]
    [InlineData(4_500_000, "4.5M")]
    [InlineData(7_000_000_000, "7.0G")]
    public void CountsAreShort(double count, string text) => Assert.Equal(text, StatusTable.Short(count));

    [Theory]
    [InlineData(0, "12")]
    [InlineData(1_500, "12 of 1.5k")]
    public void RequestsInFlightStandBesideTheServersLimit(int limit, string text) =>
        Assert.Equal(text, StatusTable.InFlight(SampleStatus.Report().Pools[0].Servers[0] with { InFlight = 12, Limit = limit }));

    [Theory]
    [InlineData(59, "59s")]
    [InlineData(61, "1m 1s")]
    [InlineData(7_260, "2h 1m")]
    [InlineData(90_000, "1d 1h")]
    public void DurationsNameTheirTwoLargestUnits(int seconds, string text) => Assert.Equal(text, StatusTable.Duration(TimeSpan.FromSeconds(seconds)));
}
