using Naru.Core.Config;
using Naru.Engine.Linux;

namespace Naru.Config;

/// <summary>Reads a file whole, but never more than a bound of it: <c>/dev/zero</c> is a file too.</summary>
internal static class BoundedFile
{
    private const int ChunkBytes = 64 * 1024;

    private static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(10);

    /// <summary>The content of a regular file, or half a sentence that says why there is none. Whatever stands there, this does not wait for it.</summary>
    public static (byte[]? Content, string? Failure) Read(string path, int bytesMax) =>
        FileType.Unusual(path) is { } unusual and not "a folder" ? (null, $"it is {unusual}, not a file") : ReadAny(path, bytesMax);

    /// <summary>The same, also from a pipe: <c>naru run -c &lt;(generate)</c>.</summary>
    public static (byte[]? Content, string? Failure) ReadAny(string path, int bytesMax)
    {
        if (FileType.Unusual(path) == null)
            return ReadWhole(path, bytesMax);
        // Opening a pipe that nobody writes waits for ever, and no signal would be heard meanwhile.
        var reading = Task.Run(() => ReadWhole(path, bytesMax));
        return reading.Wait(PipePatience) ? reading.Result : (null, $"nothing has written it to its end for {PipePatience.TotalSeconds:0} s");
    }

    private static (byte[]? Content, string? Failure) ReadWhole(string path, int bytesMax)
    {
        try
        {
            if (Directory.Exists(path))
                return (null, "it is a folder");
            // Unbuffered, so that a pipe is read as it comes.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            using var content = new MemoryStream();
            var chunk = new byte[ChunkBytes];
            for (int count; (count = file.Read(chunk)) > 0;)
            {
                content.Write(chunk, 0, count);
                if (content.Length > bytesMax)
                    return (null, $"it is larger than {bytesMax / 1024} KiB");
            }
            return (content.ToArray(), null);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, SecretFile.Missing);
        }
        catch (UnauthorizedAccessException)
        {
            return (null, $"the user {Environment.UserName} may not read it");
        }
        catch (Exception error) when (error is IOException or ArgumentException or NotSupportedException)
        {
            return (null, error.Message.TrimEnd('.'));
        }
    }
}
