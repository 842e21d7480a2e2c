using Naru.Core.Config;

namespace Naru.Config;

internal sealed record ConfigError(int Line, int Column, string Path, string Message);

internal sealed record ConfigResult(Snapshot? Snapshot, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Warnings);

internal static class ConfigFile
{
    public static ConfigResult Load(string path)
        => File.Exists(path)
            ? new ConfigResult(new Snapshot { Listeners = [], Pools = [] }, [], [])
            : new ConfigResult(null, [new ConfigError(1, 1, "", "no such file")], []);
}
