using Naru.Config;
using Naru.Core.Config;

namespace Naru.Tests.Config;

public class SnapshotFileTests
{
    [Fact]
    public void SchemaInTheRepositoryIsTheGeneratedOne() =>
        Repository.AssertSnapshot(ConfigSchema.Json(), "samples", "naru.schema.json");

    [Fact]
    public void ReferenceInTheRepositoryIsTheGeneratedOne() =>
        Repository.AssertSnapshot(ConfigReference.Markdown(), "docs", "configuration.md");

    [Theory]
    [InlineData("minimal.yaml")]
    [InlineData("shop.yaml")]
    [InlineData("tcp.yaml")]
    [InlineData("waiting-room.yaml")]
    public void SampleLoadsWithoutErrorOrWarning(string sample)
    {
        var result = ConfigFile.Load(Repository.PathOf("samples", sample));
        Assert.True(result.IsValid, result.Report());
        Assert.Empty(result.Report());
    }

    [Fact]
    public void BadFileTellsAllItsErrorsTogether()
    {
        var file = Repository.PathOf("tests", "Naru.Tests", "Config", "Golden", "bad.yaml");
        var result = ConfigText.Load(File.ReadAllText(file), new FakeSources()
            .Secret("/etc/naru/short.key", "too short")
            .Variable("WEIGHT", "a-secret"));
        Assert.False(result.IsValid);
        Assert.DoesNotContain("a-secret", result.Report());
        Repository.AssertSnapshot(result.Report(), "tests", "Naru.Tests", "Config", "Golden", "bad.txt");
    }
}
