using System.CommandLine;
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
        foreach (var command in Commands())
        {
            string[] args = [.. Words(command), "--help"];
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
        foreach (var command in Commands().Skip(1))
        {
            var lines = (await Run.Naru([.. Words(command), "--help"])).Output.TrimEnd().Split('\n');
            Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
            var examples = lines[(Array.IndexOf(lines, "Examples:") + 1)..];
            Assert.NotEmpty(examples);
            Assert.All(examples, line => Assert.StartsWith($"  {CommandLine.FullName(command)}", line));
        }
    }

    [Fact]
    public async Task EveryExampleIsUnderstood()
    {
        foreach (var command in Commands().Skip(1))
        {
            var lines = (await Run.Naru([.. Words(command), "--help"])).Output.TrimEnd().Split('\n');
            foreach (var example in lines[(Array.IndexOf(lines, "Examples:") + 1)..])
            {
                var line = example.Split(['>', '|'])[0].Trim()["naru ".Length..];
                Assert.Empty(CommandLine.Create().Parse(line.Replace('\'', '"')).Errors);
            }
        }
    }

    /// <summary>The program itself, its verbs, and the verbs of those.</summary>
    private static IEnumerable<Command> Commands() => Below(CommandLine.Create());

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);

    private static string[] Words(Command command) => CommandLine.FullName(command).Split(' ')[1..];
}
