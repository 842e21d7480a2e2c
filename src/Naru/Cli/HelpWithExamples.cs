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
        ("naru run", ["naru run", "naru run -c /etc/naru/naru.yaml"]),
        ("naru check",
        [
            "naru check",
            "naru check -c next.yaml --explain http://shop.example.com/api/cart",
            "naru check --explain /api/cart --method POST --header 'x-beta: 1'",
            "naru check --schema > naru.schema.json",
        ]),
        ("naru status", ["naru status", "naru status --json", "naru status --admin unix:/run/naru/admin.sock"]),
        ("naru drain", ["naru drain web/10.0.0.11:8080", "naru drain web/10.0.0.11:8080 --wait --timeout 120"]),
        ("naru undrain", ["naru undrain web/10.0.0.11:8080"]),
        ("naru room",
        [
            "naru room list",
            "naru room rate concert 500/s",
            "naru room pause concert",
            "naru room message concert 'Two more dates are on sale'",
        ]),
        ("naru room list", ["naru room list", "naru room list --json"]),
        ("naru room show", ["naru room show concert", "naru room show concert --json"]),
        ("naru room rate", ["naru room rate concert 500/s", "naru room rate concert auto", "naru room rate concert default"]),
        ("naru room active", ["naru room active concert 20000", "naru room active concert default"]),
        ("naru room pause", ["naru room pause concert"]),
        ("naru room resume", ["naru room resume concert"]),
        ("naru room drain", ["naru room drain concert"]),
        ("naru room open", ["naru room open concert"]),
        ("naru room close", ["naru room close concert"]),
        ("naru room message", ["naru room message concert 'Two more dates are on sale'", "naru room message concert ''"]),
        ("naru room revoke", ["naru room revoke concert", "naru room revoke concert --yes"]),
        ("naru reload", ["naru reload", "naru reload --admin 10.0.0.5:9900 --token-file /etc/naru/admin.token"]),
        ("naru rehearse",
        [
            "naru rehearse --report rehearsal.html",
            "naru rehearse crowd.yaml --seed 7",
            "naru rehearse crowd.yaml -c naru.yaml --room concert --admit 300/s",
        ]),
        ("naru demo", ["naru demo", "naru demo --lang ko", "naru demo --seconds 10 | cat"]),
        ("naru version", ["naru version"]),
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
        output.WriteLine("Examples:");
        foreach (var line in Examples.Single(e => e.Verb == CommandLine.FullName(command)).Lines)
            output.WriteLine($"  {line}");
        return ExitCode.Ok;
    }
}
