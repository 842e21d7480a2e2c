using System.Security.Cryptography;
using Naru.Engine.Linux;

namespace Naru.Engine.Store.Embedded;

/// <summary>
/// The secret of a room that names no <c>keyFile</c>: made once, kept in the store's folder for its user alone (0600), so that
/// tickets and passes are good after a restart. The bytes are the secret itself: the file may be copied and named as keyFile.
/// </summary>
internal static class RoomKeyFile
{
    public const int SecretBytes = 32;

    public static string FileName(string room) => $"room-{room}.key";

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <param name="log">Is told when others than the user of Naru can get at the file.</param>
    /// <param name="isNew">It was made: nothing was ever signed with it.</param>
    /// <exception cref="EngineException">It cannot be read or made, or it is too short to be a secret.</exception>
    public static byte[] ReadOrCreate(IStoreFolder folder, string room, Action<string> log, out bool isNew)
    {
        string name = FileName(room), path = Path.Combine(folder.Path, name);
        int result = folder.OpenRead(name, out var file);
        isNew = result == Errno.NoEntry;
        if (isNew)
            return Create(folder, name, path);
        if (result < 0)
            throw new EngineException($"store: the key {path} can't be read: {Errno.Text(result)}. Mend its permissions.");
        using (file)
        {
            var secret = new byte[Math.Min(file!.Length, 4096)];
            result = file.Read(0, secret);
            if (result < SecretBytes)
            {
                throw new EngineException($"store: the key {path} has {Math.Max(result, 0)} bytes and must have {SecretBytes}. "
                    + "Put the right one back; or delete it, then every ticket and pass of the room becomes worthless.");
            }

            if (IsOpenToOthers(path))
                log($"store: other users of this machine may get at {path}, and who has the key can make places and passes. Run: chmod 600 {path}");
            return secret;
        }
    }

    private static bool IsOpenToOthers(string path)
    {
        try
        {
            return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static byte[] Create(IStoreFolder folder, string name, string path)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(SecretBytes);
        string temporary = name + JournalFormat.TemporarySuffix;
        _ = folder.Delete(temporary);
        int result = folder.CreateNew(temporary, out var file);
        if (result == 0)
        {
            using (file)
            {
                result = file!.Write(0, secret);
                if (result == 0)
                    result = file.Sync();
            }
        }

        if (result == 0)
            result = folder.Rename(temporary, name);
        if (result == 0)
            result = folder.Sync();
        if (result == 0)
            return secret;
        _ = folder.Delete(temporary);
        throw new EngineException($"store: the key {path} can't be made: {Errno.Text(result)}. Mend that, or name a keyFile of the room.");
    }
}
