using System.Text;
using Naru.Core.Http;

namespace Naru.Core.Routing;

public enum RouteVerdict
{
    /// <summary>This route takes the request.</summary>
    Wins,

    /// <summary>It would, but one before it does.</summary>
    Outranked,

    HostDiffers,
    PathDiffers,
    MethodDiffers,
    HeaderDiffers,
}

/// <param name="Index">In the listener's list of routes.</param>
/// <param name="Name">As messages name it: <c>listeners[0].routes[2]</c>.</param>
/// <param name="Match">What the route asks for, on one line.</param>
/// <param name="Why">The verdict as a sentence part: <c>path /x is not under /api/*</c>.</param>
public sealed record RouteCandidate(int Index, string Name, string Match, RouteVerdict Verdict, string Why);

/// <summary>Why a request goes where it goes: what <c>naru check --explain</c> prints.</summary>
/// <param name="Winner">Index of the route that takes the request, or <see cref="RouteTable.NoRoute"/> (404).</param>
/// <param name="Candidates">All routes, the most specific first.</param>
/// <param name="Steps">How many tables, nodes and conditions the look-up touched.</param>
public sealed record RouteExplanation(int Winner, IReadOnlyList<RouteCandidate> Candidates, int Steps)
{
    internal static RouteExplanation Of<TFields>(
        RoutePattern[] patterns, string[] names, in RouteQuery query, ref TFields fields, int steps)
        where TFields : IFieldSource, allows ref struct
    {
        var candidates = new List<RouteCandidate>(patterns.Length);
        RoutePattern? winner = null;
        foreach (var pattern in patterns.Order())
        {
            var (verdict, why) = WhyNot(pattern, query, ref fields) ?? (winner is null
                ? (RouteVerdict.Wins, "matches, and no more specific route does")
                : (RouteVerdict.Outranked, $"matches too, but {names[winner.Index]} {Advantage(winner, pattern)}"));
            if (verdict == RouteVerdict.Wins)
                winner = pattern;
            candidates.Add(new RouteCandidate(pattern.Index, names[pattern.Index], Describe(pattern), verdict, why));
        }
        return new RouteExplanation(winner?.Index ?? RouteTable.NoRoute, candidates, steps);
    }

    private static (RouteVerdict Verdict, string Why)? WhyNot<TFields>(RoutePattern pattern, in RouteQuery query, ref TFields fields)
        where TFields : IFieldSource, allows ref struct
    {
        if (!pattern.MatchesHost(query.Host))
            return (RouteVerdict.HostDiffers, query.Host.IsEmpty ? "the request names no host"
                : pattern.HostKind == HostKind.Wildcard ? $"host {Text(query.Host)} is not below {Text(pattern.Host)[1..]}"
                : $"host {Text(query.Host)} is not {Text(pattern.Host)}");
        if (!pattern.MatchesPath(query.Path))
            return (RouteVerdict.PathDiffers, pattern.PathKind == PathKind.Prefix
                ? $"path {Text(query.Path)} is not under {Text(pattern.Path)}/*"
                : $"path {Text(query.Path)} is not {Text(pattern.Path)}");
        if (!pattern.MatchesMethod(query.Method))
            return (RouteVerdict.MethodDiffers, $"method {Text(query.Method)} is not {MethodsOf(pattern, " or ")}");
        var unmet = pattern.FirstUnmetField(ref fields);
        if (unmet < 0)
            return null;
        var condition = pattern.Fields[unmet];
        return (RouteVerdict.HeaderDiffers, fields.TryGet(condition.Name, out var value)
            ? $"header {Text(condition.Name)} is \"{Text(value)}\", not \"{Text(condition.Value)}\""
            : $"header {Text(condition.Name)} is not there");
    }

    /// <summary>The first rule of precedence that sets two matching routes apart.</summary>
    private static string Advantage(RoutePattern winner, RoutePattern other) =>
        winner.HostKind != other.HostKind || winner.Host.Length != other.Host.Length ? "has the more specific host"
        : winner.PathKind != other.PathKind || winner.Path.Length != other.Path.Length ? "has the more specific path"
        : (winner.Methods.Length > 0) != (other.Methods.Length > 0) ? "asks for a method"
        : winner.Fields.Length != other.Fields.Length ? "asks for more headers"
        : "comes first in the file";

    private static string Describe(RoutePattern pattern)
    {
        var parts = new List<string>();
        if (pattern.HostKind != HostKind.Any)
            parts.Add($"host {(pattern.HostKind == HostKind.Wildcard ? "*" : "")}{Text(pattern.Host)}");
        if (pattern.PathKind != PathKind.Any)
            parts.Add($"path {Text(pattern.Path)}{(pattern.PathKind == PathKind.Prefix ? "/*" : "")}");
        if (pattern.Methods.Length > 0)
            parts.Add($"method {MethodsOf(pattern, ", ")}");
        parts.AddRange(pattern.Fields.Select(f => $"header {Text(f.Name)}{(f.AnyValue ? "" : $" = \"{Text(f.Value)}\"")}"));
        return parts.Count == 0 ? "everything" : string.Join(", ", parts);
    }

    private static string MethodsOf(RoutePattern pattern, string separator) =>
        string.Join(separator, pattern.Methods.Select(m => Text(m)));

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
