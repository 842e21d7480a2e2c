namespace Naru.Core.Config;

/// <summary>What a configuration takes from outside its file: environment variables and secret files.</summary>
public interface IConfigSources
{
    /// <summary>An environment variable; null when it is not set.</summary>
    string? Variable(string name);

    /// <summary>The path as the process will open it: relative paths count from the folder of the configuration file.</summary>
    string FullPath(string path);

    SecretFile ReadSecret(string path);

    /// <summary>A file that is no secret: its bytes, or half a sentence that says why they could not be had.</summary>
    (byte[]? Content, string? Failure) ReadFile(string path, int bytesMax);
}

/// <summary>The bytes of a file that holds a key or token, or why they could not be had.</summary>
/// <param name="Content">Null when the file could not be read.</param>
/// <param name="Failure">Half a sentence such as <see cref="Missing"/>; null when it could be read.</param>
/// <param name="IsWorldReadable">Every user of the machine may read it.</param>
public readonly record struct SecretFile(byte[]? Content, string? Failure, bool IsWorldReadable)
{
    public const string Missing = "there is no such file";
}
