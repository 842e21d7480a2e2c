namespace Naru.SystemTests.Store;

/// <summary>What the program says about a folder that will not do.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FolderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task FolderAndKeyAreMadeForTheirUserAlone()
    {
        await using var shop = await StoredShop.OpenAsync(_folder.File("store"));
        Assert.Equal("drwx------", Rights(File.GetUnixFileMode(shop.Folder), 'd'));
        foreach (string file in Directory.GetFiles(shop.Folder))
            Assert.Equal("-rw-------", Rights(File.GetUnixFileMode(file), '-'));
        Assert.Equal(32, new FileInfo(Path.Combine(shop.Folder, "room-shop.key")).Length);
    }

    [Fact]
    public async Task KeyThatOthersCanReadIsToldWithTheFix()
    {
        await using var shop = await StoredShop.OpenAsync(_folder.File("store"));
        string key = Path.Combine(shop.Folder, "room-shop.key");
        await shop.Naru.KillAndRestartAsync();
        Assert.DoesNotContain("chmod", shop.Naru.Process.Output);
        await shop.Naru.KillAndRestartAsync(() => File.SetUnixFileMode(key, File.GetUnixFileMode(key) | UnixFileMode.OtherRead));
        Assert.Contains($"store: other users of this machine may get at {key}, ", shop.Naru.Process.Output);
        Assert.Contains($"Run: chmod 600 {key}", shop.Naru.Process.Output);
    }

    [Fact]
    public async Task SecondProcessIsRefusedAndNamesTheFirst()
    {
        await using var shop = await StoredShop.OpenAsync(_folder.File("store"));
        var (exitCode, output) = await RunAsync(shop.Folder);
        Assert.Equal(1, exitCode);
        Assert.Contains($"store.path: {shop.Folder} is in use by another process (pid {shop.Naru.Process.Pid}).", output);
        await shop.JoinSurelyAsync();
    }

    [Fact]
    public async Task MissingParentIsAnErrorThatSaysSo()
    {
        var (exitCode, output) = await RunAsync(_folder.File("no/store"));
        Assert.Equal(1, exitCode);
        Assert.Contains($"store.path: {_folder.File("no/store")} can't be made, since its parent folder does not exist.", output);
    }

    [Fact]
    public async Task FileInsteadOfAFolderIsAnErrorThatSaysSo()
    {
        _folder.Write("store", "");
        var (exitCode, output) = await RunAsync(_folder.File("store"));
        Assert.Equal(1, exitCode);
        Assert.Contains("can't be written: it is not a folder.", output);
    }

    [Fact]
    public async Task ReadOnlyFileSystemIsAnErrorThatSaysSo()
    {
        await using var disk = await SmallDisk.MountAsync(_folder.File("disk"), "4m", "ro");
        var (exitCode, output) = await RunAsync(Path.Combine(disk.Path, "store"));
        Assert.Equal(1, exitCode);
        Assert.Contains("can't be made: the file system is read-only. Mount the file system writable, or name another folder.", output);
    }

    [Fact]
    public async Task FolderOfAnotherUserIsAnErrorThatSaysSo()
    {
        string path = _folder.File("store");
        Directory.CreateDirectory(path);
        // The other user may come as far as the file, and look into the folder.
        const UnixFileMode ReadByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_folder.Path, ReadByAll);
        File.SetUnixFileMode(path, ReadByAll);
        var (exitCode, output) = await RunAsync(path, "setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all");
        if (output.Contains("setpriv", StringComparison.Ordinal) || exitCode == 127)
            Assert.Skip($"Another user cannot be played here: {output}");
        if (output.Contains("naru.yaml", StringComparison.Ordinal))
            Assert.Skip($"The other user cannot read the test's folder: {output}");
        Assert.Equal(1, exitCode);
        Assert.Contains("permission denied. Give the user that runs Naru the right to write there.", output);
    }

    [Fact]
    public async Task DamagedJournalIsRefusedAndUsedWhenTheOperatorSaysSo()
    {
        await using var shop = await StoredShop.OpenAsync(_folder.File("store"));
        var place = await shop.JoinSurelyAsync();
        await shop.JoinSurelyAsync();
        // Some ticks later: the damage must not be in the last write.
        await Task.Delay(300);
        await shop.Naru.Process.KillAsync();
        byte[] bytes = File.ReadAllBytes(shop.Journal);
        int changes = bytes.AsSpan().LastIndexOf("shop"u8), middle = bytes.AsSpan(0, changes).LastIndexOf("shop"u8);
        bytes[middle] ^= 1;
        File.WriteAllBytes(shop.Journal, bytes);

        var (exitCode, output) = await RunAsync(shop.Folder);
        Assert.Equal(1, exitCode);
        Assert.Contains($"store: {shop.Journal} is damaged from byte ", output);
        Assert.Contains($"touch {shop.Folder}/mend", output);

        await shop.Naru.KillAndRestartAsync(() => File.WriteAllText(Path.Combine(shop.Folder, "mend"), ""));
        await shop.AssertKeptAsync(place);
        Assert.True((await shop.JoinSurelyAsync()).Number > 900_000);
        Assert.False(File.Exists(Path.Combine(shop.Folder, "mend")));
    }

    [Fact]
    public async Task LineOfARenamedRoomIsToldAndComesBackWithItsName()
    {
        await using var shop = await StoredShop.OpenAsync(_folder.File("store"));
        var place = await shop.JoinSurelyAsync();
        await Task.Delay(200);
        shop.Naru.WriteConfig(shop.Config(name: "store"));
        await shop.Naru.KillAndRestartAsync();
        Assert.Contains($"store: {shop.Folder} keeps the line of the room 'shop' (", shop.Naru.Process.Output);
        shop.Naru.WriteConfig(shop.Config());
        await shop.Naru.KillAndRestartAsync();
        await shop.AssertKeptAsync(place);
        Assert.DoesNotContain("of the room 'shop'", shop.Naru.Process.Output);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(int ExitCode, string Output)> RunAsync(string storePath, params string[] launcher)
    {
        string config = _folder.Write("naru.yaml", $$"""
            store: { path: {{storePath}} }
            process: { loops: 1 }
            listeners:
              - bind: 127.0.0.1:{{Ports.Take()}}
                routes:
                  - { waitingRoom: shop, pool: web }
            pools:
              web: { servers: [127.0.0.1:{{Ports.Take()}}] }
            waitingRooms:
              shop: { {{StoredShop.SlowRoom}} }
            """);
        return await ChildProcess.RunAsync(Patience, [.. launcher, .. NaruProcess.Command("run", "-c", config)]);
    }

    private static string Rights(UnixFileMode mode, char kind) =>
        kind + string.Concat("rwxrwxrwx".Select((c, i) => ((int)mode & (1 << (8 - i))) != 0 ? c : '-'));
}
