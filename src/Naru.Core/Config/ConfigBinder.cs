using Naru.Core.Config.Keys;

namespace Naru.Core.Config;

/// <summary>
/// Turns the tree of a configuration file into a <see cref="Snapshot"/>, or into every error of it.
/// Purpose: nothing else decides what a file may say. Owner: none, it is a function. Thread: any.
/// Invariant: the result has a snapshot or at least one error, never both.
/// </summary>
public static class ConfigBinder
{
    /// <param name="root">The whole file.</param>
    /// <param name="file">Its name as messages show it.</param>
    /// <param name="sources">Environment variables and secret files.</param>
    public static ConfigResult Bind(ConfigNode root, string file, IConfigSources sources)
    {
        var session = new BindSession(file, sources);
        RootKeys.Section.TryRead(new Cursor(session, root, ConfigPath.Root), out var snapshot);
        return session.Result(snapshot);
    }
}
