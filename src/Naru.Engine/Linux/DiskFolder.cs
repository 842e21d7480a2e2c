using System.Text;

namespace Naru.Engine.Linux;

/// <summary>Calls on the entries of a folder: 0, or a negative errno.</summary>
internal static unsafe class DiskFolder
{
    private const int CloseOnExec = 0x80000;
    private const int OwnerOnly = 0x1C0; // 0700

    /// <summary>For this user alone (0700). Its parent must exist.</summary>
    public static int Create(string path)
    {
        fixed (byte* name = Terminated(path))
            return Libc.Check(Libc.mkdir(name, OwnerOnly));
    }

    public static int Rename(string from, string to)
    {
        fixed (byte* source = Terminated(from), target = Terminated(to))
            return Libc.Check(Libc.rename(source, target));
    }

    public static int Delete(string path)
    {
        fixed (byte* name = Terminated(path))
            return Libc.Check(Libc.unlink(name));
    }

    /// <summary>Makes entries that came, went or were renamed durable.</summary>
    public static int Sync(string path)
    {
        fixed (byte* name = Terminated(path))
        {
            int fd = Libc.Check(Libc.open(name, CloseOnExec, 0));
            if (fd < 0)
                return fd;
            int result = Libc.Check(Libc.fsync(fd));
            Libc.close(fd);
            return result;
        }
    }

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
