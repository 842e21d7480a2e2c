using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Naru.Bench;
using Naru.Bench.Commands;
using Naru.Bench.Load;
using Naru.Bench.Proxies;

[assembly: SupportedOSPlatform("linux")]

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

// Ctrl-C and TERM end this process at once; the kernel then ends its children, which asked for it when they started.
// Only the work folder is left to remove.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);

var quick = new Option<bool>("--quick") { Description = "3 rounds of 1 s: does it run, roughly where is it", Recursive = true };
var thorough = new Option<bool>("--thorough") { Description = "11 rounds of 5 s: what is published", Recursive = true };
var rounds = new Option<int?>("--rounds") { Description = "Samples of each proxy [5]", Recursive = true };
var seconds = new Option<double?>("--seconds") { Description = "Length of a sample, whole seconds [3]", Recursive = true };
var proxies = new Option<string>("--proxies") { Description = "Which proxies run, in this order; relay is the floor: it only copies bytes", DefaultValueFactory = _ => string.Join(',', Proxy.Peers), Recursive = true };
var naru = new Option<string>("--naru") { Description = "The program under test", DefaultValueFactory = _ => "src/Naru/bin/Release/net10.0/naru", Recursive = true };
var document = new Option<string?>("--document") { Description = "Fill the marked place of this file, as docs/performance.md", Recursive = true };
var workloads = new Option<string>("--work") { Description = "Rows of the table: " + string.Join(',', Workload.All.Select(w => w.Key)), DefaultValueFactory = _ => "all" };
var connections = new Option<int>("--connections") { Description = "Idle connections", DefaultValueFactory = _ => 10_000 };
var servers = new Option<int>("--servers") { Description = "Checked servers", DefaultValueFactory = _ => 5_000 };
var axes = new Option<string>("--axes") { Description = "What grows: connections,servers,routes", DefaultValueFactory = _ => "connections,servers,routes" };
var chart = new Option<string?>("--chart") { Description = "Draw the picture into this file, as docs/images/growth.svg" };

if (args is [CopyLoop.Command, var port, .. var relayed])
{
    return CopyLoop.Run(int.Parse(port, CultureInfo.InvariantCulture), [.. relayed.Select(IPEndPoint.Parse)]);
}

var root = new RootCommand("Naru beside HAProxy and nginx on this machine. Exit code 1 when a target is missed.")
{
    quick, thorough, rounds, seconds, proxies, naru, document,
};
Add("compare", "CPU per request of every workload, against the targets", result => CompareCommand.Execute(Options(result), Workload.Named(result.GetValue(workloads)!)), workloads);
Add("idle", "Memory of idle keep-alive connections", result => IdleCommand.Execute(Options(result), result.GetValue(connections)), connections);
Add("latency", "Latency at half load", result => LatencyCommand.Execute(Options(result)));
Add("growth", "CPU per request while connections, servers and routes grow", result => GrowthCommand.Execute(Options(result), result.GetValue(axes)!.Split(','), result.GetValue(chart)), axes, chart);
Add("health", "What active health checks of many servers cost", result => HealthCommand.Execute(Options(result), result.GetValue(servers)), servers);
Add("loops", "Two event loops against one", result => LoopsCommand.Execute(Options(result)));
Add("room", "What the parts of the waiting room cost, inside this process", result => RoomCommand.Execute(Options(result)));
Add("room-http", "What a poll of a waiting room costs over HTTP, against a fixed response", result => RoomHttpCommand.Execute(Options(result)));
return root.Parse(args).Invoke();

void Add(string name, string description, Func<ParseResult, int> execute, params Option[] options)
{
    var command = new Command(name, description);
    foreach (var option in options)
    {
        command.Options.Add(option);
    }
    command.SetAction(result =>
    {
        try
        {
            return execute(result);
        }
        catch (BenchException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    });
    root.Subcommands.Add(command);
}

RunOptions Options(ParseResult result)
{
    var (defaultRounds, defaultSeconds) = result.GetValue(quick) ? (3, 1.0) : result.GetValue(thorough) ? (11, 5.0) : (5, 3.0);
    var path = result.GetValue(document);
    return new RunOptions(
        result.GetValue(rounds) ?? defaultRounds,
        result.GetValue(seconds) ?? defaultSeconds,
        [.. result.GetValue(proxies)!.Split(',').Select(Known)],
        Path.GetFullPath(result.GetValue(naru)!),
        path is null ? null : Path.GetFullPath(path));
}

static string Known(string name) => Proxy.All.FirstOrDefault(p => p.Equals(name, StringComparison.OrdinalIgnoreCase))
    ?? throw new BenchException($"There is no proxy '{name}'; known: {string.Join(", ", Proxy.All)}.");

static void End(PosixSignalContext context)
{
    context.Cancel = true;
    Run.RemoveFolder();
    Environment.Exit(130);
}
