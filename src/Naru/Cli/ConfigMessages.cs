using Naru.Config;

namespace Naru.Cli;

/// <summary>Tells what is wrong with a configuration file, all of it at once.</summary>
internal static class ConfigMessages
{
    public static void Write(string path, ConfigResult result, TextWriter error)
    {
        foreach (var warning in result.Warnings)
            error.WriteLine($"naru: warning: {Line(path, warning)}");
        foreach (var problem in result.Errors)
            error.WriteLine($"naru: {Line(path, problem)}");
    }

    public static string Line(string path, ConfigError error)
        => error.Path.Length == 0 ? $"{path}:{error.Line}:{error.Column}: {error.Message}" : $"{path}:{error.Line}:{error.Column}: {error.Path}: {error.Message}";
}
