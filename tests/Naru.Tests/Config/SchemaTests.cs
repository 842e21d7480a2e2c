using System.Text.Json.Nodes;
using Naru.Config;
using Naru.Core.Config;

namespace Naru.Tests.Config;

public class SchemaTests
{
    private static readonly SchemaValidator Schema = new(JsonNode.Parse(ConfigSchema.Json())!.AsObject());

    [Theory]
    [InlineData("minimal.yaml")]
    [InlineData("shop.yaml")]
    [InlineData("tcp.yaml")]
    [InlineData("waiting-room.yaml")]
    public void SchemaAcceptsTheSamples(string sample) => Assert.True(Accepts(File.ReadAllText(Repository.PathOf("samples", sample))));

    [Theory]
    [InlineData("balance: round-robbin")]
    [InlineData("balence: random")]
    [InlineData("health: { floor: half }")]
    [InlineData("health: { passive: on }")]
    [InlineData("queue: { size: -1 }")]
    [InlineData("timeouts: { connect: 3 }")]
    [InlineData("timeouts: []")]
    [InlineData("sticky: { cookie: a }")]
    public void SchemaRefusesMistakes(string line) => Assert.False(Accepts(ConfigText.PoolOf(line)));

    [Theory]
    [InlineData("queue: { size: \"${SIZE}\" }")]
    [InlineData("balance: ${BALANCE:-random}")]
    public void SchemaAcceptsReferences(string line) => Assert.True(Accepts(ConfigText.PoolOf(line)));

    internal static bool Accepts(string yaml)
    {
        var (root, failure) = YamlReader.Read(yaml, "naru.yaml");
        Assert.True(root is not null, failure?.Report());
        return Schema.Accepts(root);
    }
}
