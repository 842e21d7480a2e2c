namespace Naru.Cli;

/// <summary>What the program tells the shell. Part of the public contract (docs/command-line.md).</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The command was right, but it could not be done: a busy port, no answer, a drain that was cut.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is wrong: trying again without changing it is of no use.</summary>
    public const int Usage = 2;
}
