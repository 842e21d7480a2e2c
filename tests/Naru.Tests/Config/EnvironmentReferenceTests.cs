namespace Naru.Tests.Config;

public class EnvironmentReferenceTests
{
    private static readonly FakeSources Sources = new FakeSources()
        .Variable("NAME", "value").Variable("EMPTY", "").Variable("TRICK", "${NAME}");

    [Theory]
    [InlineData("${NAME}", "value")]
    [InlineData("a ${NAME} b ${NAME}", "a value b value")]
    [InlineData("${EMPTY}", "")]
    [InlineData("${EMPTY:-other}", "other")]
    [InlineData("${MISSING:-other}", "other")]
    [InlineData("${MISSING:-}", "")]
    [InlineData("${NAME:-other}", "value")]
    [InlineData("$${NAME}", "${NAME}")]
    [InlineData("$$${NAME}", "$${NAME}")]
    [InlineData("$NAME $ 5$", "$NAME $ 5$")]
    [InlineData("${TRICK}", "${NAME}")]
    public void ReferencesAreResolved(string written, string resolved) =>
        Assert.Equal(resolved, ConfigText.Valid(Body(written), Sources).Listeners[0].Routes[0].Respond!.Body);

    [Theory]
    [InlineData("${MISSING}", "the environment variable MISSING is not set. Set it, or write ${MISSING:-default}.")]
    [InlineData("a ${NAME", "\"a ${NAME\" has a ${ without its }. Close it, or write $${ for a plain ${.")]
    [InlineData("${}", "${} is not a reference to an environment variable. Write ${NAME} or ${NAME:-default}, with letters, digits and _ in the name, or $${ for a plain ${.")]
    [InlineData("${1A}", "${1A} is not a reference to an environment variable. Write ${NAME} or ${NAME:-default}, with letters, digits and _ in the name, or $${ for a plain ${.")]
    [InlineData("${A:-${NAME}}", "${A:-${NAME} is not a reference to an environment variable. Write ${NAME} or ${NAME:-default}, with letters, digits and _ in the name, or $${ for a plain ${.")]
    public void WrongReferencesHaveAPlace(string written, string error) => Assert.Equal(
        [$"1:56: listeners[0].routes[0].respond.body: {error}"], ConfigText.Errors(Body(written), Sources));

    [Fact]
    public void ResolvedValueIsNeverShown()
    {
        var report = string.Join('\n', ConfigText.Errors(
            "listeners: [{ bind: \"${S}\", deny: [\"${S}\"], timeouts: { header: \"${S}\", minRate: \"${S}\" }, limits: { bodyBytes: \"${S}\" }, "
            + "routes: [{ pool: p, match: { host: \"${S}\", path: \"/${S}/../\", method: \"${S}\" } }] }]\n"
            + "pools: { p: { servers: [\"http://${S}/\"], health: { floor: \"${S}\", active: { expect: \"${S}\" } } } }",
            new FakeSources().Variable("S", "77123")));
        Assert.DoesNotContain("77123", report);
        Assert.Contains("${S} (resolved)", report);
    }

    private static string Body(string body) => $"listeners: [{{ bind: ':80', routes: [{{ respond: {{ body: '{body}' }} }}] }}]";
}
