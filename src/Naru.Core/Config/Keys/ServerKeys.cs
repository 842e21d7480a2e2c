using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

internal static class ServerKeys
{
    private static readonly ConfigKey<ServerAddress> Address = new("address", new ServerAddressKind(),
        "`host:port`; the host is an IP address, or a name that is resolved at start and reload.")
    { IsRequired = true };

    private static readonly ConfigKey<int> Weight = new("weight", new IntegerKind("a weight", 1, ConfigLimits.WeightMax), 1,
        "Its share of the traffic against the other servers.");

    private static readonly ConfigKey<int> MaxConnections = new("maxConnections",
        new IntegerKind("a number of connections", 0, ConfigLimits.ConnectionsMax), 0,
        "Requests (http) or connections (tcp) at one time; 0: no limit.");

    private static readonly ConfigKey<bool> Backup = new("backup", new FlagKind(), false,
        "Used only when no other server of the pool can be.");

    public static readonly Section<ServerOptions> Section = new("a mapping with address", "The long form of a server.",
        [Address, Weight, MaxConnections, Backup], Bind);

    private static ServerOptions Bind(SectionReader section)
    {
        var address = section.Get(Address);
        return new()
        {
            // A wrong address is reported already; its place keeps two wrong ones from being called duplicates.
            Address = address.Text ?? "",
            Host = address.Host ?? $"{section.At.Node.Line}:{section.At.Node.Column}",
            Port = address.Port,
            Weight = section.Get(Weight),
            MaxConnections = section.Get(MaxConnections),
            Backup = section.Get(Backup),
        };
    }
}

/// <summary><c>host:port</c> as a whole server.</summary>
internal sealed class ShortServerKind : ConfigKind<ServerOptions>
{
    private static readonly ServerAddressKind Address = new();

    public override string Expected => Address.Expected;

    public override bool TryRead(Cursor at, [MaybeNullWhen(false)] out ServerOptions value)
    {
        value = null;
        if (!Address.TryRead(at, out var address))
            return false;
        value = new() { Address = address.Text, Host = address.Host, Port = address.Port };
        return true;
    }

    public override JsonObject Schema() => Address.Schema();
}
