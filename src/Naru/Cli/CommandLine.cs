using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Naru.Cli;

/// <summary>
/// The program's door: verbs, their help, and one way to end. Every error is one line on stderr that begins with
/// <c>naru:</c>; nothing else is written there but the lines of a running <c>naru run</c>.
/// </summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Naru, a load balancer: takes the traffic of a service, spreads it over servers, keeps the broken ones out.")
        {
            RunCommand.Create(),
            CheckCommand.Create(),
            StatusCommand.Create(),
            DrainCommand.Create(),
            UndrainCommand.Create(),
            RoomCommand.Create(),
            ReloadCommand.Create(),
            RehearseCommand.Create(),
            DemoCommand.Create(),
            VersionCommand.Create(),
        };
        foreach (var option in root.Options)
        {
            if (option is VersionOption)
                option.Action = new VersionCommand.PrintVersion();
            if (option is HelpOption { Action: HelpAction help })
                option.Action = new HelpWithExamples(help);
        }
        return root;
    }

    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var parsed = Create().Parse(args);
        // Signals are the verbs' own business (a drain, a live view to end); the library must not cut them short.
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (parsed.Action is ParseErrorAction)
            return await UsageError(parsed, invocation);
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (CliException e)
        {
            error.WriteLine($"naru: {e.Message}");
            return e.ExitCode;
        }
        catch (IOException e)
        {
            error.WriteLine($"naru: reading or writing failed: {e.Message}");
            return ExitCode.Failed;
        }
        catch (Exception e)
        {
            error.WriteLine($"naru: this should not have happened; please report it with what follows.{Environment.NewLine}{e}");
            return ExitCode.Failed;
        }
    }

    private static async Task<int> UsageError(ParseResult parsed, InvocationConfiguration invocation)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.Tokens.Count == 0 || (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0))
        {
            invocation.Output = invocation.Error;
            await Create().Parse([.. Path(command), "--help"]).InvokeAsync(invocation);
            return ExitCode.Usage;
        }
        foreach (var message in UsageMessages(parsed, command))
            invocation.Error.WriteLine($"naru: {message}");
        invocation.Error.WriteLine($"Try '{FullName(command)} --help'.");
        return ExitCode.Usage;
    }

    /// <summary><c>naru room rate</c>.</summary>
    internal static string FullName(Command command) => string.Join(' ', Path(command).Prepend("naru"));

    /// <summary>The verbs that lead to a command, without the program's name.</summary>
    private static IEnumerable<string> Path(Command command) => command is RootCommand
        ? []
        : command.Parents.OfType<Command>().Take(1).SelectMany(Path).Append(command.Name);

    private static IEnumerable<string> UsageMessages(ParseResult parsed, Command command)
    {
        // The library reports one mistyped verb twice: as an unknown argument and as a missing verb.
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var unknown, ..] && !unknown.StartsWith('-'))
        {
            var verb = command is RootCommand ? $"no verb '{unknown}'" : $"'{FullName(command)}' has no verb '{unknown}'";
            yield return verb + Nearest.Hint(unknown, command.Subcommands.Select(c => c.Name));
            yield break;
        }
        foreach (var token in parsed.UnmatchedTokens)
        {
            yield return token.StartsWith('-')
                ? $"no option '{token}'{Nearest.Hint(token, command.Options.SelectMany(o => o.Aliases.Append(o.Name)))}"
                : $"'{token}' is one argument too many";
        }
        var missing = command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is not { Tokens.Count: > 0 }).ToList();
        if (missing.Count > 0)
        {
            yield return $"'{FullName(command)}' needs {string.Join(' ', missing.Select(a => a.Name))}";
            yield break;
        }
        foreach (var problem in parsed.Errors)
        {
            // Already told above, in our words; a verb that is missing beside an unknown option is no second mistake.
            if (command.Subcommands.Count == 0 && !parsed.UnmatchedTokens.Any(token => problem.Message.Contains($"'{token}'", StringComparison.Ordinal)))
                yield return OneLine(problem.Message);
        }
    }

    private static string OneLine(string message)
        => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
