namespace Naru.Cli;

/// <summary>Ends a verb with one line on stderr: what went wrong, where, and how to mend it.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
