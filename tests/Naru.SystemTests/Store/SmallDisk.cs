namespace Naru.SystemTests.Store;

/// <summary>A file system of a few megabytes that a test may fill.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Skips the test where nobody may mount.</summary>
    public static async Task<SmallDisk> MountAsync(string path, string size, string mode = "rw")
    {
        Directory.CreateDirectory(path);
        var (exitCode, output) = await ChildProcess.RunAsync(Patience, "mount", "-t", "tmpfs", "-o", $"size={size},{mode}", "tmpfs", path);
        if (exitCode != 0)
            Assert.Skip($"A small file system cannot be mounted here: {output}");
        return new SmallDisk(path);
    }

    /// <summary>Takes all room that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] bytes = new byte[4096];
        try
        {
            while (true)
                file.Write(bytes);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public async ValueTask DisposeAsync() => await ChildProcess.RunAsync(Patience, "umount", "-l", Path);
}
