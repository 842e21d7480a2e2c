namespace Naru.Tests.Cli;

public class UsageTests
{
    [Theory]
    [InlineData("chek", "naru: no verb 'chek'; did you mean 'check'?", "naru")]
    [InlineData("fly", "naru: no verb 'fly'", "naru")]
    [InlineData("status --jsn", "naru: no option '--jsn'; did you mean '--json'?", "naru status")]
    [InlineData("check now", "naru: 'now' is one argument too many", "naru check")]
    [InlineData("drain", "naru: 'naru drain' needs POOL/SERVER", "naru drain")]
    [InlineData("drain web", "naru: 'web' does not name a server; write POOL/SERVER, as in web/10.0.0.11:8080", "naru drain")]
    [InlineData("undrain /x", "naru: '/x' does not name a server; write POOL/SERVER, as in web/10.0.0.11:8080", "naru undrain")]
    [InlineData("room lst", "naru: 'naru room' has no verb 'lst'; did you mean 'list'?", "naru room")]
    [InlineData("room --bad", "naru: no option '--bad'", "naru room")]
    [InlineData("room show", "naru: 'naru room show' needs ROOM", "naru room show")]
    [InlineData("room rate concert", "naru: 'naru room rate' needs RATE", "naru room rate")]
    [InlineData("room rate concert 500", "naru: '500' has no unit; write 500/s or 500/m", "naru room rate")]
    [InlineData("room rate concert 0/s", "naru: '0/s' lets nobody in; pause does that", "naru room rate")]
    [InlineData("room rate concert fast", "naru: 'fast' is not a rate; write one such as 500/s or 10/m, auto, or default for the one of the file", "naru room rate")]
    [InlineData("room rate concert 2000000/s", "naru: '2000000/s' is too much; at most 1000000/s", "naru room rate")]
    [InlineData("room active concert 0", "naru: a room that holds 0 lets nobody in; pause does that", "naru room active")]
    [InlineData("room active concert many", "naru: 'many' is not a number of visitors; write one from 1 to 10000000, or default for the one of the file", "naru room active")]
    [InlineData("room pause concert now", "naru: 'now' is one argument too many", "naru room pause")]
    [InlineData("demo --lang fr", "naru: Argument 'fr' not recognized. Must be one of: 'en' 'ko'", "naru demo")]
    [InlineData("demo --seconds 0", "naru: --seconds takes a whole number from 1 to 86400", "naru demo")]
    [InlineData("drain web/10.0.0.1:80 --timeout 1m", "naru: '1m' is not a whole number; write it in digits, as --timeout 10", "naru drain")]
    [InlineData("rehearse crowd.yaml --seed -1", "naru: '-1' is not a whole number; write it in digits, as --seed 10", "naru rehearse")]
    public async Task MistakeIsOneLineAndTheWayToTheHelp(string command, string message, string verb)
    {
        var run = await Run.Naru(command.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"{message}\nTry '{verb} --help'.\n", run.Error);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData()]
    [InlineData("room")]
    public async Task NoVerbShowsTheHelpOnStderr(params string[] args)
    {
        var run = await Run.Naru(args);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("Usage:", run.Error);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    public async Task VersionSaysWhatRuns(string argument)
    {
        var run = await Run.Naru(argument);
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^naru \d+\.\d+\.\d+ \(\.NET 10\.\d+\.\d+, linux-\w+\)\n$", run.Output);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    [InlineData("status")]
    [InlineData("reload")]
    public async Task MissingConfigurationFileIsNamed(string verb)
    {
        var run = await Run.Naru(verb, "-c", "/nowhere/naru.yaml");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("naru: /nowhere/naru.yaml: ", run.Error);
        Assert.Contains("no such file", run.Error);
    }

    [Theory]
    [InlineData("9900")]
    [InlineData("unix:relative.sock")]
    [InlineData("example.com:9900")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:99000")]
    public async Task AdminAddressThatIsNoneIsRefused(string address)
    {
        var run = await Run.Naru("status", "--admin", address);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"naru: '{address}' is not an address; write 127.0.0.1:9900 or unix:/run/naru/admin.sock\n", run.Error);
    }

    [Fact]
    public async Task NoNaruAtTheSocketIsAFailureThatSaysHowToGoOn()
    {
        using var folder = new TemporaryFolder();
        var run = await Run.Naru("status", "--admin", $"unix:{folder["none.sock"]}");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"naru: no answer from unix:{folder["none.sock"]}: no such socket; is naru running? --admin ADDRESS names another place\n", run.Error);
    }
}
