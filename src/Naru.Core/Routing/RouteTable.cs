using System.Collections.Frozen;
using Naru.Core.Config;
using Naru.Core.Http;

namespace Naru.Core.Routing;

/// <summary>
/// Finds the route of a request: the most specific match wins, ties by order (docs/routing.md). A look-up hashes the
/// host, walks the path once, and climbs back only where a method or field condition failed.
/// Owner: one per listener and snapshot. Thread: any; immutable. Invariant: equals the first match of all patterns in
/// the order of <see cref="RoutePattern.CompareTo"/>.
/// </summary>
public sealed class RouteTable
{
    public const int NoRoute = -1;

    private readonly RoutePattern[] _patterns;
    private readonly string[] _names;

    /// <summary>
    /// Patterns that share host and path, most conditions first; the trie's candidates are indexes of this, or one route itself
    /// (<see cref="Unconditional"/>).
    /// </summary>
    private readonly RoutePattern[][] _candidates;

    private readonly PathTrie _paths;
    private readonly FrozenDictionary<byte[], HostPaths>.AlternateLookup<ReadOnlySpan<byte>> _hosts;

    /// <summary>By suffix with its dot.</summary>
    private readonly FrozenDictionary<byte[], HostPaths>.AlternateLookup<ReadOnlySpan<byte>> _wildcards;

    private readonly HostPaths _anyHost;

    /// <summary>Shorter and longer suffixes of a host are not worth a look-up. Without wildcards no suffix is long enough.</summary>
    private readonly int _wildcardBytesMin = int.MaxValue;

    private readonly int _wildcardBytesMax;

    public RouteTable(IReadOnlyList<RouteOptions> routes)
    {
        _patterns = [.. routes.Select((r, i) => new RoutePattern(r.Match, i))];
        _names = [.. routes.Select(r => r.Name)];

        var trie = new PathTrieBuilder();
        var candidates = new List<RoutePattern[]>();
        _hosts = HostsOf(HostKind.Exact, trie, candidates);
        _wildcards = HostsOf(HostKind.Wildcard, trie, candidates);
        _anyHost = PathsOf(_patterns.Where(p => p.HostKind == HostKind.Any), trie, candidates);
        foreach (var pattern in _patterns.Where(p => p.HostKind == HostKind.Wildcard))
        {
            _wildcardBytesMin = Math.Min(_wildcardBytesMin, pattern.Host.Length);
            _wildcardBytesMax = Math.Max(_wildcardBytesMax, pattern.Host.Length);
        }
        _candidates = [.. candidates];
        _paths = trie.Build();
    }

    public int Count => _patterns.Length;

    /// <summary>The index of the route in the list that the table was built from, or <see cref="NoRoute"/>.</summary>
    public int Find<TFields>(in RouteQuery query, TFields fields) where TFields : IFieldSource, allows ref struct =>
        Find(query, fields, out _);

    /// <summary>
    /// Whether an origin may read the path as one of another route, so that the request would go around that route: it must not be
    /// forwarded. A route whose own path has such a spelling means it.
    /// </summary>
    /// <param name="route">What was found for the request.</param>
    /// <param name="scratch">As long as the path.</param>
    public bool IsAmbiguous<TFields>(in RouteQuery query, TFields fields, int route, Span<byte> scratch) where TFields : IFieldSource, allows ref struct
    {
        if (!PathReadings.MayDiffer(query.Path) || (route != NoRoute && PathReadings.MayDiffer(_patterns[route].Path)))
            return false;
        for (var reading = 1; reading <= PathReadings.Count; reading++)
        {
            var length = PathReadings.Write(query.Path, reading, scratch);
            if (Find(new RouteQuery(query.Host, scratch[..length], query.Method), fields) != route)
                return true;
        }
        return false;
    }

    /// <summary>Every route with why it takes the request or not, the most specific first. For people; allocates.</summary>
    public RouteExplanation Explain<TFields>(in RouteQuery query, TFields fields) where TFields : IFieldSource, allows ref struct
    {
        Find(query, fields, out var steps);
        return RouteExplanation.Of(_patterns, _names, query, ref fields, steps);
    }

    /// <param name="steps">Tables asked, nodes walked and conditions tried: the cost that must not grow with the routes.</param>
    internal int Find<TFields>(in RouteQuery query, TFields fields, out int steps) where TFields : IFieldSource, allows ref struct
    {
        steps = 1;
        if (_hosts.TryGetValue(query.Host, out var paths))
        {
            var route = FindPath(paths, query, ref fields, ref steps);
            if (route != NoRoute)
                return route;
        }
        var wildcard = FindWildcard(query, ref fields, ref steps);
        return wildcard != NoRoute ? wildcard : FindPath(_anyHost, query, ref fields, ref steps);
    }

    /// <summary>Asks for <c>.b.example.com</c>, <c>.example.com</c>, <c>.com</c>: at most one look-up a label.</summary>
    private int FindWildcard<TFields>(in RouteQuery query, ref TFields fields, ref int steps)
        where TFields : IFieldSource, allows ref struct
    {
        // The star stands for at least one byte.
        var start = Math.Max(1, query.Host.Length - _wildcardBytesMax);
        while (query.Host.Length - start >= _wildcardBytesMin)
        {
            var dot = query.Host[start..].IndexOf((byte)'.');
            if (dot < 0)
                return NoRoute;
            start += dot;
            if (query.Host.Length - start < _wildcardBytesMin)
                return NoRoute;
            steps++;
            if (_wildcards.TryGetValue(query.Host[start..], out var paths))
            {
                var route = FindPath(paths, query, ref fields, ref steps);
                if (route != NoRoute)
                    return route;
            }
            start++;
        }
        return NoRoute;
    }

    private int FindPath<TFields>(HostPaths paths, in RouteQuery query, ref TFields fields, ref int steps)
        where TFields : IFieldSource, allows ref struct
    {
        if (paths.Root != PathTrie.None)
        {
            _paths.Walk(paths.Root, query.Path, out var exact, out var prefix, ref steps);
            if (exact != PathTrie.None)
            {
                var route = FirstMatch(_paths.ExactAt(exact), query, ref fields, ref steps);
                if (route != NoRoute)
                    return route;
            }
            for (; prefix != PathTrie.None; prefix = _paths.ShorterPrefix(prefix))
            {
                var route = FirstMatch(_paths.PrefixAt(prefix), query, ref fields, ref steps);
                if (route != NoRoute)
                    return route;
            }
        }
        return paths.AnyPath == PathTrie.None ? NoRoute : FirstMatch(paths.AnyPath, query, ref fields, ref steps);
    }

    private int FirstMatch<TFields>(int candidates, in RouteQuery query, ref TFields fields, ref int steps)
        where TFields : IFieldSource, allows ref struct
    {
        if (candidates < PathTrie.None)
        {
            steps++;
            return Unconditional(candidates);
        }
        foreach (var pattern in _candidates[candidates])
        {
            steps++;
            if (pattern.MatchesMethod(query.Method) && pattern.FirstUnmetField(ref fields) < 0)
                return pattern.Index;
        }
        return NoRoute;
    }

    /// <summary>
    /// A route that asks for nothing beyond host and path, as candidates of one; and back. Most routes do, and in a large table each
    /// object less to look at is a cache miss less.
    /// </summary>
    private static int Unconditional(int route) => PathTrie.None - 1 - route;

    private FrozenDictionary<byte[], HostPaths>.AlternateLookup<ReadOnlySpan<byte>> HostsOf(
        HostKind kind, PathTrieBuilder trie, List<RoutePattern[]> candidates)
    {
        var comparer = new BytesComparer();
        return _patterns.Where(p => p.HostKind == kind)
            .GroupBy(p => p.Host, comparer)
            .ToFrozenDictionary(g => g.Key, g => PathsOf(g, trie, candidates), comparer)
            .GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Puts the paths of one host into the trie. Patterns of the same path become one list of candidates.</summary>
    private static HostPaths PathsOf(IEnumerable<RoutePattern> patterns, PathTrieBuilder trie, List<RoutePattern[]> candidates)
    {
        int root = PathTrie.None, anyPath = PathTrie.None;
        foreach (var kind in patterns.Order().GroupBy(p => p.PathKind))
        {
            foreach (var path in kind.GroupBy(p => p.Path, new BytesComparer()))
            {
                var taken = CandidatesOf([.. path], candidates);
                if (kind.Key == PathKind.Any)
                {
                    anyPath = taken;
                    continue;
                }
                if (root == PathTrie.None)
                    root = trie.AddRoot();
                if (kind.Key == PathKind.Exact)
                    trie.SetExact(root, path.Key, taken);
                else
                    trie.SetPrefix(root, path.Key, taken);
            }
        }
        return new HostPaths(root, anyPath);
    }

    private static int CandidatesOf(RoutePattern[] patterns, List<RoutePattern[]> candidates)
    {
        if (patterns[0].IsUnconditional)
            return Unconditional(patterns[0].Index);
        candidates.Add(patterns);
        return candidates.Count - 1;
    }

    /// <param name="Root">Of the host's trie, or <see cref="PathTrie.None"/>.</param>
    /// <param name="AnyPath">Candidates that ask for no path, or <see cref="PathTrie.None"/>.</param>
    private readonly record struct HostPaths(int Root, int AnyPath);
}
