using System.Text;
using Naru.Cli;

namespace Naru.Tests.Cli;

/// <summary>Help is public: a change of it is a visible decision.</summary>
public class HelpTests
{
    [Fact]
    public async Task HelpOfEveryVerbIsAsCheckedIn()
    {
        var all = new StringBuilder();
        string[] verbs = ["", .. CommandLine.Create().Subcommands.Select(c => c.Name)];
        foreach (var verb in verbs)
        {
            string[] args = verb.Length == 0 ? ["--help"] : [verb, "--help"];
            var run = await Run.Naru(args);
            Assert.Equal(0, run.ExitCode);
            Assert.Empty(run.Error);
            all.Append($"$ naru {string.Join(' ', args)}\n{run.Output}\n");
        }
        CheckedInText.AssertSame("help.txt", all.ToString());
    }

    [Fact]
    public async Task HelpFitsEightyColumnsAndEndsWithExamples()
    {
        foreach (var verb in CommandLine.Create().Subcommands)
        {
            var lines = (await Run.Naru(verb.Name, "--help")).Output.TrimEnd().Split('\n');
            Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
            var examples = lines[(Array.IndexOf(lines, "Examples:") + 1)..];
            Assert.NotEmpty(examples);
            Assert.All(examples, line => Assert.StartsWith($"  naru {verb.Name}", line));
        }
    }

    [Fact]
    public async Task EveryExampleIsUnderstood()
    {
        foreach (var verb in CommandLine.Create().Subcommands)
        {
            var lines = (await Run.Naru(verb.Name, "--help")).Output.TrimEnd().Split('\n');
            foreach (var example in lines[(Array.IndexOf(lines, "Examples:") + 1)..])
            {
                var command = example.Split(['>', '|'])[0].Trim()["naru ".Length..];
                Assert.Empty(CommandLine.Create().Parse(command.Replace('\'', '"')).Errors);
            }
        }
    }
}
