using Naru.Cli;

// Exit ends the loops' threads too, whatever they are doing: the verbs return only when everything in flight was seen to.
Environment.Exit(await CommandLine.InvokeAsync(args, Console.Out, Console.Error));
