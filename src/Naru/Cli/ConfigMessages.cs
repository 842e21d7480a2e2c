using Naru.Core.Config;

namespace Naru.Cli;

/// <summary>Tells what is wrong with a configuration file, all of it at once.</summary>
internal static class ConfigMessages
{
    public static void Write(ConfigResult result, TextWriter error)
    {
        foreach (var warning in result.Warnings)
            error.WriteLine($"naru: warning: {warning}");
        foreach (var line in Errors(result))
            error.WriteLine($"naru: {line}");
    }

    public static IEnumerable<string> Errors(ConfigResult result)
    {
        var lines = result.Errors.Select(e => e.ToString());
        return result.ErrorsOmitted > 0 ? lines.Append($"and {result.ErrorsOmitted} errors more") : lines;
    }
}
