using System.Text;

namespace Naru.Engine.Linux;

/// <summary>
/// What stands at a path, symbolic links followed, without opening it: opening a pipe waits for whoever writes into it, and opening
/// a device may do something.
/// </summary>
public static unsafe class FileType
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint TypeOnly = 1; // STATX_TYPE
    private const int StatBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;

    /// <summary>Such as <c>a named pipe</c>; null: a regular file, or nothing that one may look at, which opening tells better.</summary>
    public static string? Unusual(string path)
    {
        byte* stat = stackalloc byte[StatBytes];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            if (Libc.statx(CurrentFolder, name, 0, TypeOnly, stat) != 0)
                return null;
        }

        return (*(ushort*)(stat + ModeOffset) & TypeMask) switch
        {
            0x1000 => "a named pipe",
            0x2000 => "a character device",
            0x4000 => "a folder",
            0x6000 => "a block device",
            0xC000 => "a socket",
            _ => null,
        };
    }
}
