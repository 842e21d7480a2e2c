using System.Runtime.InteropServices;

namespace Naru.Engine.Linux;

/// <summary>Signals whose disposition a program inherits, or whose default ends it.</summary>
public static partial class Signals
{
    private const int Hangup = 1; // SIGHUP
    private const int FileTooLarge = 25; // SIGXFSZ; the same on x86-64 and arm64

    private static readonly nint Default = 0; // SIG_DFL
    private static readonly nint Ignored = 1; // SIG_IGN

    /// <summary>
    /// To be called before handlers are registered. <c>nohup</c> starts a program with SIGHUP ignored, and .NET leaves what is ignored
    /// alone: the reload by signal would be lost. And a file that reaches the limit of its size (<c>ulimit -f</c>) is a write that
    /// fails, as on a full disk, and not the end of everything.
    /// </summary>
    public static void TakeOver()
    {
        _ = signal(Hangup, Default);
        _ = signal(FileTooLarge, Ignored);
    }

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint disposition);
}
