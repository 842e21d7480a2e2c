using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

internal static class ProcessKeys
{
    private static readonly ProcessOptions Defaults = new();

    private static readonly ConfigKey<int> Loops = new("loops", new IntegerKind("a number of loops", 1, ConfigLimits.LoopsMax, "auto"),
        Defaults.Loops, "Event loops, one thread each; auto: one per core.");

    private static readonly ConfigKey<int> MaxConnections = new("maxConnections",
        new IntegerKind("a number of connections", 1, ConfigLimits.ConnectionsMax), Defaults.MaxConnections,
        "Client connections of all listeners together; beyond it the kernel's backlog holds them.");

    private static readonly ConfigKey<TimeSpan> DrainTimeout = new("drainTimeout", new DurationKind(TimeSpan.Zero, ConfigLimits.TimeoutMax),
        Defaults.DrainTimeout, "How long a stop waits for requests in flight before it cuts them.");

    public static readonly Section<ProcessOptions> Section = new(
        "a mapping of loops, maxConnections and drainTimeout", "The process as a whole.", [Loops, MaxConnections, DrainTimeout], Bind);

    private static ProcessOptions Bind(SectionReader section) => new()
    {
        Loops = section.Get(Loops),
        MaxConnections = section.Get(MaxConnections),
        DrainTimeout = section.Get(DrainTimeout),
    };
}
