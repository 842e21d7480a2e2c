using Naru.Cli;
using Naru.Engine.Linux;

if (OpenFiles.Shortage() is { } shortage)
{
    Console.Error.WriteLine($"naru: {shortage}");
    Environment.Exit(ExitCode.Failed);
}

// Exit ends the loops' threads too, whatever they are doing: the verbs return only when everything in flight was seen to.
Environment.Exit(await CommandLine.InvokeAsync(args, Console.Out, Console.Error));
