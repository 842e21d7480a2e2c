using System.Text;
using Naru.Config;
using Naru.Core.Config;

namespace Naru.Tests.Config;

public class YamlReaderTests
{
    [Theory]
    [InlineData("", "naru.yaml: is empty. samples/minimal.yaml has ten lines to start from.")]
    [InlineData("# nothing\n", "naru.yaml:2:1: the file is empty. ")]
    [InlineData("a: 1\n\tb: 2\n", "naru.yaml:2:1: a tab indents this line. Indent with spaces.")]
    [InlineData("a:\n  b: 1\n  c:\n\t- x\nd: 1\n", "naru.yaml:4:1: a tab indents this line. ")]
    [InlineData("a: [x\n\t, y]\n", "naru.yaml:2:1: a tab indents this line. ")]
    [InlineData("a:\n  b: x\n \tc: y\n", "naru.yaml:3:2: a tab indents this line. ")]
    [InlineData("a: { b: ${NAME} }\n", "naru.yaml:1:9: ${NAME} is not in quotes; between { } or [ ] it must be. Put the whole value between double quotes.")]
    [InlineData("a:\n  - { b: 127.0.0.1:${PORT:-80}, c: 1 }\n", "naru.yaml:2:20: ${PORT:-80} is not in quotes; ")]
    [InlineData("a: [1, ${NAME}]\n", "naru.yaml:1:8: ${NAME} is not in quotes; ")]
    [InlineData("a: { b: ${NAME\n", "naru.yaml:1:10: this is not YAML: ")]
    [InlineData("a: [1, 2\nb: 3\n", "naru.yaml:1:")]
    [InlineData("a: \"open\n", "naru.yaml:1:4: this is not YAML: ")]
    [InlineData("a: *nowhere\n", "naru.yaml:1:4: no value above has the anchor &nowhere. ")]
    [InlineData("bind: *:8080\n", "naru.yaml:1:7: a star is no address; :8080 alone is every address of the machine. Write \":8080\".")]
    [InlineData("a: &x [*x]\n", "naru.yaml:1:8: no value above has the anchor &x. ")]
    [InlineData("a: 1\n---\nb: 2\n", "naru.yaml:2:1: a second document begins. ")]
    [InlineData("a: !!int 1\n", "naru.yaml:1:4: the tag tag:yaml.org,2002:int is not supported. ")]
    [InlineData("? [a]\n: 1\n", "naru.yaml:1:3: a key is not a single word. ")]
    [InlineData("&k a: 1\n", "naru.yaml:1:1: a key has an anchor or tag. ")]
    [InlineData("a\0b", "naru.yaml: is not a text file. Give a YAML file.")]
    public void FlawOfTheTextIsOneErrorWithItsPlace(string yaml, string beginning)
    {
        var result = ConfigText.Load(yaml);
        Assert.Null(result.Snapshot);
        Assert.StartsWith(beginning, Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void BytesThatAreNotUtf8HaveAPlace()
    {
        var result = ConfigFile.Parse([.. "a: 1\nbé: "u8, 0xff], "naru.yaml", new FakeSources());
        Assert.Equal("naru.yaml:2:5: the byte FF is not UTF-8. Save the file as UTF-8.", Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void DuplicateKeysAreToldTogether() => Assert.Equal(
        [
            "2:1: process: stands here already, on line 1. Keep one of the two.",
            "2:22: process.loops: stands here already, on line 2. Keep one of the two.",
        ],
        ConfigText.Errors("process: {}\nprocess: { loops: 1, \"loops\": 2 }\n"));

    [Fact]
    public void ByteOrderMarkIsSkipped() =>
        Assert.True(ConfigFile.Parse([.. Encoding.UTF8.Preamble, .. File.ReadAllBytes(Repository.PathOf("samples", "minimal.yaml"))],
            "naru.yaml", new FakeSources()).IsValid);

    [Fact]
    public void WindowsLineEndsAreTaken() =>
        ConfigText.Valid(File.ReadAllText(Repository.PathOf("samples", "minimal.yaml")).ReplaceLineEndings("\r\n"));

    [Fact]
    public void AliasRepeatsAValue()
    {
        var pools = ConfigText.Valid("""
            listeners: [{ bind: ":80", routes: [{ pool: a }, { match: { path: /b }, pool: b }] }]
            pools:
              a: { servers: [10.0.0.1:80], health: &h { floor: 20% } }
              b: { servers: [10.0.0.2:80], health: *h }
            """).Pools;
        Assert.Equal([0.2, 0.2], pools.Select(p => p.Health.Floor));
    }

    [Fact]
    public void MergeKeyIsRefusedWithAWayOut() => Assert.Contains(
        "4:5: pools.web.<<: merge keys are not supported. Write the keys out, or refer to a whole value by an alias.",
        ConfigText.Errors(ConfigText.Pool("<<: { balance: random }\nservers: [10.0.0.1:80]")));

    [Fact]
    public void BombOfAliasesRunsIntoTheLimit()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        var error = Assert.Single(ConfigText.Load(bomb.ToString()).Errors);
        Assert.StartsWith($"the file stands for more than {ConfigLimits.NodesMax} values.", error.Message);
        Assert.Equal(7, error.Line);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void DeepNestingIsRefusedAtOnce(string step)
    {
        var error = Assert.Single(ConfigText.Load(string.Concat(Enumerable.Repeat(step, ConfigLimits.FileBytesMax / step.Length))).Errors);
        Assert.True(error.Line == 1 && error.Message.Length > 0);
    }

    [Theory]
    [InlineData("", "x\n")]
    [InlineData("", "- x\n")]
    [InlineData("listeners: [", "{},")]
    public void LargestFileIsReadInBoundedTime(string start, string filling)
    {
        var yaml = start + string.Concat(Enumerable.Repeat(filling, (ConfigLimits.FileBytesMax - start.Length) / filling.Length));
        var result = ConfigText.Load(yaml);
        Assert.NotEmpty(result.Errors);
        Assert.InRange(result.Errors.Count, 1, ConfigLimits.ErrorsMax);
    }

    [Fact]
    public void LargestSoundFileLoads()
    {
        var yaml = new StringBuilder("pools: { web: { servers: [10.0.0.1:80] } }\nlisteners:\n  - bind: ':80'\n    routes:\n");
        for (var i = 0; yaml.Length < ConfigLimits.FileBytesMax - 100; i++)
            yaml.Append($"      - {{ match: {{ path: /a{i}/* }}, pool: web }}\n");
        Assert.True(ConfigText.Valid(yaml.ToString()).Listeners[0].Routes.Count > 50_000);
    }
}
