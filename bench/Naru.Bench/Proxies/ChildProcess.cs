using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Naru.Bench.Proxies;

/// <summary>
/// A server that this run started: pinned to its cores, its output in a file of the work folder.
/// Owner: the run. Thread: the main thread, because the kernel ends a child with the thread that started it.
/// Invariant: it never outlives the run, whichever way the run ends.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    public ChildProcess(string name, string cpus, string workFolder, params string[] command)
    {
        Name = name;
        OutputPath = Path.Combine(workFolder, $"{name}.out");
        // setpriv asks the kernel for a TERM when this process dies; the shell only redirects and is replaced.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = workFolder };
        foreach (var argument in (string[])["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", OutputPath,
            "setpriv", "--pdeathsig", "TERM", "taskset", "-c", cpus, .. command])
        {
            start.ArgumentList.Add(argument);
        }
        _process = Process.Start(start)!;
    }

    public string Name { get; }

    public string OutputPath { get; }

    public int Pid => _process.Id;

    /// <summary>Waits until the port accepts; a process that ends before is told with its last words.</summary>
    public void WaitForPort(int port)
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromSeconds(20))
        {
            ThrowIfEnded();
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(20);
            }
        }
        throw new BenchException($"{Name} does not listen on port {port} after 20 s:\n{File.ReadAllText(OutputPath)}");
    }

    public void ThrowIfEnded()
    {
        if (_process.HasExited)
        {
            throw new BenchException($"{Name} ended with exit code {_process.ExitCode}:\n{File.ReadAllText(OutputPath)}");
        }
    }

    public void Dispose()
    {
        // With nginx the signal goes to the master, which ends its workers; a signal to this pid alone is enough for all.
        if (!_process.HasExited)
        {
            Signal("TERM");
            if (!_process.WaitForExit(3000))
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }
        }
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
