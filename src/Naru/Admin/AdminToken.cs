namespace Naru.Admin;

/// <summary>The bearer token of the admin, read from its file. Never printed.</summary>
internal static class AdminToken
{
    /// <summary>16 letters of base64 are 96 bits: not to be guessed over a network.</summary>
    private const int LengthMin = 16;

    private const long FileBytesMax = 4096;

    /// <exception cref="AdminException">The file is missing, not readable, empty or too short.</exception>
    public static string Read(string path)
    {
        string token;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > FileBytesMax })
                throw new AdminException($"admin.tokenFile {path}: longer than {FileBytesMax} bytes; it must hold the token alone");
            token = File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AdminException($"admin.tokenFile {path}: no such file; make one with: head -c 24 /dev/urandom | base64 > {path}");
        }
        catch (UnauthorizedAccessException)
        {
            throw new AdminException($"admin.tokenFile {path}: no permission to read it");
        }
        if (token.Length < LengthMin)
            throw new AdminException($"admin.tokenFile {path}: the token has {token.Length} characters, at least {LengthMin} are needed");
        return token;
    }

    /// <summary>A warning when others on this machine can read the file; otherwise null.</summary>
    public static string? Warning(string path)
#pragma warning disable CA1416 // Naru runs on Linux alone.
        => (File.GetUnixFileMode(path) & UnixFileMode.OtherRead) != 0 ? $"admin.tokenFile {path}: everybody can read it; chmod 600 {path}" : null;
#pragma warning restore CA1416
}
