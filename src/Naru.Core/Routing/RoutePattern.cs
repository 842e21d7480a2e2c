using System.Text;
using Naru.Core.Config;
using Naru.Core.Http;

namespace Naru.Core.Routing;

internal enum HostKind
{
    Any,
    Wildcard,
    Exact,
}

internal enum PathKind
{
    Any,
    Prefix,
    Exact,
}

/// <summary>
/// The match of one route, ready to be compared with bytes. Its order is the precedence of docs/routing.md: the more
/// specific comes first, and of equals the one that comes first in the file.
/// </summary>
internal sealed class RoutePattern : IComparable<RoutePattern>
{
    public readonly int Index;
    public readonly HostKind HostKind;

    /// <summary>The name, or of a wildcard the suffix with its dot: <c>.example.com</c>.</summary>
    public readonly byte[] Host;

    public readonly PathKind PathKind;

    /// <summary>The path, or of a prefix what comes before <c>/*</c>.</summary>
    public readonly byte[] Path;

    public readonly byte[][] Methods;
    public readonly FieldCondition[] Fields;

    /// <summary>Asks for nothing beyond host and path.</summary>
    public bool IsUnconditional => Methods.Length == 0 && Fields.Length == 0;

    public RoutePattern(RouteMatch match, int index)
    {
        Index = index;
        (HostKind, Host) = match.Host switch
        {
            null => (HostKind.Any, []),
            ['*', '.', ..] wildcard => (HostKind.Wildcard, Encoding.UTF8.GetBytes(wildcard[1..])),
            var name => (HostKind.Exact, Encoding.UTF8.GetBytes(name)),
        };
        (PathKind, Path) = match.Path switch
        {
            null or "/*" => (PathKind.Any, []),
            [.. var prefix, '/', '*'] => (PathKind.Prefix, Encoding.UTF8.GetBytes(prefix)),
            var path => (PathKind.Exact, Encoding.UTF8.GetBytes(path)),
        };
        Methods = [.. match.Methods.Select(Encoding.UTF8.GetBytes)];
        Fields = [.. match.Headers.Select(h => new FieldCondition(h.Key, h.Value))];
    }

    public int CompareTo(RoutePattern? other)
    {
        if (other is null)
            return -1;
        var order = other.HostKind.CompareTo(HostKind);
        if (order == 0 && HostKind == HostKind.Wildcard)
            order = other.Host.Length.CompareTo(Host.Length);
        if (order == 0)
            order = other.PathKind.CompareTo(PathKind);
        if (order == 0 && PathKind == PathKind.Prefix)
            order = other.Path.Length.CompareTo(Path.Length);
        if (order == 0)
            order = (other.Methods.Length > 0).CompareTo(Methods.Length > 0);
        if (order == 0)
            order = other.Fields.Length.CompareTo(Fields.Length);
        return order != 0 ? order : Index.CompareTo(other.Index);
    }

    public bool MatchesHost(ReadOnlySpan<byte> host) => HostKind switch
    {
        HostKind.Any => true,
        HostKind.Wildcard => host.Length > Host.Length && host.EndsWith(Host),
        _ => host.SequenceEqual(Host),
    };

    public bool MatchesPath(ReadOnlySpan<byte> path) => PathKind switch
    {
        PathKind.Any => true,
        PathKind.Prefix => path.StartsWith(Path) && (path.Length == Path.Length || path[Path.Length] == '/'),
        _ => path.SequenceEqual(Path),
    };

    public bool MatchesMethod(ReadOnlySpan<byte> method)
    {
        if (Methods.Length == 0)
            return true;
        foreach (var allowed in Methods)
            if (method.SequenceEqual(allowed))
                return true;
        return false;
    }

    /// <returns>The first condition that the fields fail, or -1.</returns>
    public int FirstUnmetField<TFields>(ref TFields fields) where TFields : IFieldSource, allows ref struct
    {
        for (var i = 0; i < Fields.Length; i++)
        {
            var condition = Fields[i];
            if (!fields.TryGet(condition.Name, out var value) || !(condition.AnyValue || value.SequenceEqual(condition.Value)))
                return i;
        }
        return -1;
    }
}

/// <summary>A field that must be there, with one exact value unless <see cref="AnyValue"/>.</summary>
internal sealed class FieldCondition(string name, string value)
{
    public readonly byte[] Name = Encoding.UTF8.GetBytes(name);
    public readonly byte[] Value = Encoding.UTF8.GetBytes(value);
    public readonly bool AnyValue = value == "*";
}
