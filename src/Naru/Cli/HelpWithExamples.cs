using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Naru.Cli;

/// <summary>The library's help, followed by the examples of the verb: most readers look only at those.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    /// <summary>Fits a terminal of 80 columns, and keeps the text the same wherever it is printed.</summary>
    private const int Columns = 80;

    private static readonly (string Verb, string[] Lines)[] Examples =
    [
        ("naru", ["naru demo", "naru check -c naru.yaml", "naru run -c naru.yaml"]),
        ("run", ["naru run", "naru run -c /etc/naru/naru.yaml"]),
        ("check",
        [
            "naru check",
            "naru check -c next.yaml --explain http://shop.example.com/api/cart",
            "naru check --explain /api/cart --method POST --header 'x-beta: 1'",
            "naru check --schema > naru.schema.json",
        ]),
        ("status", ["naru status", "naru status --json", "naru status --admin unix:/run/naru/admin.sock"]),
        ("drain", ["naru drain web/10.0.0.11:8080", "naru drain web/10.0.0.11:8080 --wait --timeout 120"]),
        ("undrain", ["naru undrain web/10.0.0.11:8080"]),
        ("reload", ["naru reload", "naru reload --admin 10.0.0.5:9900 --token-file /etc/naru/admin.token"]),
        ("demo", ["naru demo", "naru demo --lang ko", "naru demo --seconds 10 | cat"]),
        ("version", ["naru version"]),
    ];

    private readonly HelpAction _help;

    public HelpWithExamples(HelpAction help)
    {
        _help = help;
        _help.MaxWidth = Columns;
    }

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var invocation = parseResult.InvocationConfiguration;
        var output = invocation.Output;
        using var help = new StringWriter();
        invocation.Output = help;
        _help.Invoke(parseResult);
        invocation.Output = output;
        foreach (var line in help.ToString().TrimEnd().Split(Environment.NewLine))
            output.WriteLine(line.TrimEnd());
        output.WriteLine();
        var command = parseResult.CommandResult.Command;
        var verb = command is RootCommand ? "naru" : command.Name;
        output.WriteLine("Examples:");
        foreach (var line in Examples.Single(e => e.Verb == verb).Lines)
            output.WriteLine($"  {line}");
        return ExitCode.Ok;
    }
}
