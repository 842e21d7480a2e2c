using System.Net;

namespace Naru.Core.Config;

/// <summary>
/// What one run of the binder gathers: problems, and the declarations that only the whole file can judge.
/// Owner: <see cref="ConfigBinder"/>. Thread: the caller's. Invariant: one error at least for every value that was not taken.
/// </summary>
internal sealed class BindSession(string file, IConfigSources sources)
{
    private readonly List<ConfigProblem> _errors = [];
    private readonly List<ConfigProblem> _warnings = [];
    private int _errorsOmitted;

    public IConfigSources Sources => sources;

    /// <summary>Beyond the maximum only the count goes on, so that costly hints are not computed for nobody.</summary>
    public bool IsFull => _errors.Count >= ConfigLimits.ErrorsMax;

    public bool HasErrors => _errors.Count > 0;

    public List<(Cursor At, string Name)> ListenerNames { get; } = [];

    public List<(Cursor At, IPEndPoint EndPoint)> Binds { get; } = [];

    public List<(Cursor At, string Pool, ListenerProtocol Protocol)> PoolUses { get; } = [];

    /// <summary>Of the pools as the file names them, also of those that are wrong inside: a route to such a pool is not a second error.</summary>
    public List<(Cursor At, string Name)> PoolNames { get; } = [];

    public List<(Cursor At, string Room)> RoomUses { get; } = [];

    /// <summary>As <see cref="PoolNames"/>.</summary>
    public List<(Cursor At, string Name)> RoomNames { get; } = [];

    public List<Cursor> RoomsWithoutKey { get; } = [];

    public Dictionary<RouteOptions, Cursor> Routes { get; } = [];

    public Cursor? AdminBind { get; set; }

    public void Error(Cursor at, string value, string message, string fix)
    {
        if (IsFull)
            _errorsOmitted++;
        else
            _errors.Add(Problem(at, value, message, fix));
    }

    public void Warn(Cursor at, string value, string message, string fix)
    {
        if (_warnings.Count < ConfigLimits.ErrorsMax)
            _warnings.Add(Problem(at, value, message, fix));
    }

    public ConfigResult Result(Snapshot? snapshot) => snapshot is null || HasErrors
        ? ConfigResult.Invalid(_errors, _errorsOmitted, _warnings)
        : ConfigResult.Valid(snapshot, _warnings);

    private ConfigProblem Problem(Cursor at, string value, string message, string fix) =>
        new(file, at.Node.Line, at.Node.Column, at.Path.ToString(), value, message, fix);
}
