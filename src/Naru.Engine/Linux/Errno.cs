namespace Naru.Engine.Linux;

/// <summary>Linux error numbers as the wrappers return them: negative. x86-64 and arm64 agree on all of these.</summary>
internal static class Errno
{
    public const int NotPermitted = -1;
    public const int NoEntry = -2;
    public const int Io = -5;
    public const int NoDevice = -6;
    public const int Again = -11;
    public const int BadDescriptor = -9;
    public const int Interrupted = -4;
    public const int NoMemory = -12;
    public const int Access = -13;
    public const int Exists = -17;
    public const int NotAFolder = -20;
    public const int IsFolder = -21;
    public const int Invalid = -22;
    public const int TooManyFilesInSystem = -23;
    public const int TooManyFiles = -24;
    public const int FileTooLarge = -27;
    public const int NoSpace = -28;
    public const int ReadOnlyFileSystem = -30;
    public const int BrokenPipe = -32;
    public const int NotASocket = -88;
    public const int AddressInUse = -98;
    public const int AddressNotAvailable = -99;
    public const int ConnectionAborted = -103;
    public const int ConnectionReset = -104;
    public const int NoBuffers = -105;
    public const int NotConnected = -107;

    /// <summary>The kernel has given the peer up: a connection that was there is lost, with all that was under way.</summary>
    public const int ConnectionTimedOut = -110;
    public const int ConnectionRefused = -111;
    public const int InProgress = -115;
    public const int QuotaExceeded = -122;

    /// <summary>
    /// Not from the kernel: the time that the loop gave the wait is over (EKEYEXPIRED, which no call on a socket tells). The
    /// connection is as well as before.
    /// </summary>
    public const int TimedOut = -127;

    /// <summary>Not from the kernel: the peer takes bytes, and too few (ETIME, which no call on a socket tells).</summary>
    public const int TooSlow = -62;

    /// <summary>Not from the kernel: another part of the loop ended the wait.</summary>
    public const int Canceled = -125;

    /// <summary>A word for an operator; the number where there is none.</summary>
    public static string Text(int error) => error switch
    {
        NotPermitted => "operation not permitted",
        Access => "permission denied",
        NoEntry => "no such file or folder",
        NoDevice => "nobody is at the other end",
        IsFolder => "it is a folder",
        NotAFolder => "it is not a folder",
        Exists => "it exists already",
        Io => "the disk reports an error",
        NoSpace => "the disk is full",
        BadDescriptor => "it is not open for writing",
        BrokenPipe => "nobody reads the other end",
        FileTooLarge => "the limit of a file's size is reached",
        QuotaExceeded => "the disk quota is used up",
        ReadOnlyFileSystem => "the file system is read-only",
        AddressInUse => "address already in use",
        AddressNotAvailable => "no interface has this address",
        TooManyFiles or TooManyFilesInSystem => "too many open files",
        NoMemory or NoBuffers => "out of kernel memory",
        ConnectionRefused => "connection refused",
        ConnectionReset => "connection reset",
        ConnectionTimedOut => "connection timed out",
        TimedOut => "timed out",
        _ => $"error {-error}",
    };
}
