using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Naru.Cli;

/// <summary><c>naru version</c>, and <c>naru --version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>Without the commit that the build appends.</summary>
    public static string Version { get; } =
        (typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];

    public static Command Create() => new("version", "Print the version of Naru and of what it runs on.") { Action = new PrintVersion() };

    internal sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            parseResult.InvocationConfiguration.Output.WriteLine($"naru {Version} ({RuntimeInformation.FrameworkDescription}, linux-{architecture})");
            return ExitCode.Ok;
        }
    }
}
