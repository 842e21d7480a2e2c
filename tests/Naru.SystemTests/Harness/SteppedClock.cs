using System.Globalization;

namespace Naru.SystemTests.Harness;

/// <summary>
/// The clock of one process, moved by hand while it runs (libfaketime does it): for what happens when somebody sets the clock of the
/// machine, and for what takes minutes of the program's own time. Start the process with <see cref="Launcher"/>.
/// </summary>
internal sealed class SteppedClock : IDisposable
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    private readonly TestFolder _folder = new();
    private readonly bool _withMonotonic;

    /// <param name="withMonotonic">
    /// False: only the time of day moves, as when somebody sets the clock. True: the monotonic one too, so that the program's time passes.
    /// </param>
    public SteppedClock(bool withMonotonic)
    {
        _withMonotonic = withMonotonic;
        Set(0);
    }

    public string[] Launcher =>
    [
        "env", $"LD_PRELOAD={Library}", "NO_FAKE_STAT=1", "FAKETIME_NO_CACHE=1", $"FAKETIME_TIMESTAMP_FILE={_folder.File("clock")}",
        .. _withMonotonic ? Array.Empty<string>() : ["DONT_FAKE_MONOTONIC=1"],
    ];

    /// <summary>Before or behind the clock of the machine.</summary>
    public int Seconds { get; private set; }

    public void Set(int seconds)
    {
        Seconds = seconds;
        // Whole or not at all: the process may read at any moment.
        string next = _folder.Write("clock.new", string.Create(CultureInfo.InvariantCulture, $"{seconds:+0;-0}\n"));
        File.Move(next, _folder.File("clock"), overwrite: true);
    }

    public void Dispose() => _folder.Dispose();
}
