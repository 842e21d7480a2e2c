using Naru.Core.Config;

namespace Naru.Config;

/// <summary>The environment of the process and the files of the machine; relative paths count from the folder of the configuration file.</summary>
internal sealed class FileConfigSources(string folder) : IConfigSources
{
    public string? Variable(string name) => Environment.GetEnvironmentVariable(name);

    public string FullPath(string path) => Path.GetFullPath(path, folder);

    public SecretFile ReadSecret(string path)
    {
        var (content, failure) = BoundedFile.Read(path, ConfigLimits.SecretBytesMax);
        return new(content, failure, content is not null && IsWorldReadable(path));
    }

    public (byte[]? Content, string? Failure) ReadFile(string path, int bytesMax) => BoundedFile.Read(path, bytesMax);

    private static bool IsWorldReadable(string path)
    {
        try
        {
            return !OperatingSystem.IsWindows() && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
