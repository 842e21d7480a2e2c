namespace Naru.Engine.Linux;

/// <summary>How many descriptors the process may have, looked at before anything else: the runtime itself ends without a word when it finds none.</summary>
public static class OpenFiles
{
    /// <summary>The runtime and its assemblies have some 180 open, an event loop a handful; the rest is for traffic.</summary>
    public const int Min = 320;

    /// <summary>Raises the limit to <see cref="Min"/> if it is below and may be raised; what is wrong, or null.</summary>
    public static string? Shortage()
    {
        long limit = Descriptor.RaiseOpenFilesLimit(Min);
        return limit >= Min ? null : $"open files are limited to {limit}, and Naru needs at least {Min}. Raise LimitNOFILE in systemd, or ulimit -n.";
    }
}
