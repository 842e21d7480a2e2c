using Naru.Core.Config;

namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>Turns the tree of a crowd file into a plan, or into every error of it.</summary>
public static class CrowdBinder
{
    /// <returns>The plan, or null; the result then has the errors, and its snapshot is always null.</returns>
    public static (CrowdPlan? Plan, ConfigResult Problems) Bind(ConfigNode root, string file, IConfigSources sources)
    {
        var session = new BindSession(file, sources);
        CrowdKeys.Section.TryRead(new Cursor(session, root, ConfigPath.Root), out var plan);
        return (session.HasErrors ? null : plan, session.Result(null));
    }
}
