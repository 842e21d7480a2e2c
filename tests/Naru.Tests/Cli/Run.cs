using Naru.Cli;

namespace Naru.Tests.Cli;

/// <summary>The program as a function: arguments in; exit code, stdout and stderr out.</summary>
internal sealed record Run(int ExitCode, string Output, string Error)
{
    public static async Task<Run> Naru(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.InvokeAsync(args, output, error);
        return new Run(exitCode, output.ToString(), error.ToString());
    }
}
