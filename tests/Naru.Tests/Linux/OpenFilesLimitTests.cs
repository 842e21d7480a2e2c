using System.Runtime.InteropServices;
using Naru.Engine.Linux;

namespace Naru.Tests.Linux;

/// <summary>
/// The runtime raises the limit of open files as far as the hard limit before any code of ours runs, so that no test of the
/// program would miss it. Here it is lowered by one for a moment, which nobody notices.
/// </summary>
public class OpenFilesLimitTests
{
    private const int OpenFiles = 7;

    [Fact]
    public void LimitIsRaisedToWhatIsWantedAndNoFurther()
    {
        Assert.Equal(0, getrlimit(OpenFiles, out var before));
        Assert.SkipWhen(before.Soft > int.MaxValue, "Open files are not limited here.");
        try
        {
            Assert.Equal(0, setrlimit(OpenFiles, before with { Soft = before.Soft - 2 }));

            Assert.Equal((long)before.Soft - 1, Descriptor.RaiseOpenFilesLimit((long)before.Soft - 1));

            Assert.Equal(0, getrlimit(OpenFiles, out var after));
            Assert.Equal(before.Soft - 1, after.Soft);
            Assert.Equal(before.Hard, after.Hard);
        }
        finally
        {
            _ = setrlimit(OpenFiles, before);
        }
    }

    [Fact]
    public void LimitThatSufficesStays()
    {
        Assert.Equal(0, getrlimit(OpenFiles, out var before));

        Assert.Equal((long)Math.Min(before.Soft, int.MaxValue), Descriptor.RaiseOpenFilesLimit(1));

        Assert.Equal(0, getrlimit(OpenFiles, out var after));
        Assert.Equal(before, after);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int getrlimit(int resource, out ResourceLimit limit);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setrlimit(int resource, in ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct ResourceLimit(ulong Soft, ulong Hard);
}
