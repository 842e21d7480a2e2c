using System.CommandLine;
using System.Runtime.InteropServices;
using Naru.Engine.Linux;

namespace Naru.Cli;

/// <summary><c>naru run</c>: takes traffic until a signal ends it. SIGTERM, SIGINT: drain and stop; again: stop at once. SIGHUP: reload.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var command = new Command("run", "Take traffic. SIGTERM drains and stops (twice: at once), SIGHUP reloads.") { config };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(config), parsed.InvocationConfiguration.Error));
        return command;
    }

    /// <summary>
    /// What is said goes to stderr: stdout may be the access log.
    /// Steps: 1 signals, so that none is lost while starting; 2 start; 3 wait for a stop; 4 drain, unless told again.
    /// </summary>
    private static async Task<int> Run(string path, TextWriter error)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopNow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var reloads = new ReloadSignal();

        // 1
        Signals.TakeOver();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            reloads.Raise();
        });

        // 2
        using var log = new OperatorLog(error);
        await using var running = await RunningProgram.StartAsync(path, log);
        running.Describe(log);
        reloads.Start(() => running.Reload());

        // 3
        await stop.Task;

        // 4
        log.WriteLine($"naru: stopping; what is in flight has {running.DrainTimeout.TotalSeconds:0.#} s to end (signal again: stop at once)");
        var drained = running.DrainAsync();
        if (await Task.WhenAny(drained, stopNow.Task) == stopNow.Task)
        {
            log.WriteLine("naru: stopped at once");
            log.Dispose();
            Environment.Exit(ExitCode.Failed);
        }
        await drained;
        log.WriteLine("naru: stopped");
        return ExitCode.Ok;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (!stop.TrySetResult())
                stopNow.TrySetResult();
        }
    }
}
