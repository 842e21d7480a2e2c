using System.Globalization;
using Naru.Bench.Load;

namespace Naru.Bench.Proxies;

/// <summary>
/// The floor: a loop that only copies bytes between clients and the servers, in turn, with the calls to the kernel that every proxy makes
/// and nothing else. It reads no HTTP, has no timeout, and looks after nobody. Not a peer: it is run when named.
/// </summary>
internal sealed class RelayProxy : Proxy
{
    private RelayProxy(ChildProcess process)
        : base(Relay, process)
    {
    }

    public static RelayProxy Start(Setup setup)
    {
        var port = Ports.Take();
        var process = new ChildProcess("relay", setup.Cpus, setup.WorkFolder,
            [Environment.ProcessPath!, CopyLoop.Command, port.ToString(CultureInfo.InvariantCulture), .. setup.Servers]);
        process.WaitForPort(port);
        return new RelayProxy(process) { Port = port };
    }
}
