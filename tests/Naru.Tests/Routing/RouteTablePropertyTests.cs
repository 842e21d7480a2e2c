using Naru.Core.Config;
using Naru.Core.Routing;

namespace Naru.Tests.Routing;

/// <summary>Random tables and requests against a matcher that is written straight from docs/routing.md, in strings.</summary>
public class RouteTablePropertyTests(ITestOutputHelper output)
{
    private const int TableCount = 3000;
    private const int QueriesPerTable = 20;

    // Few and overlapping parts, so that routes collide, nest and share labels.
    private static readonly string[] Hosts = ["c", "b.c", "a.b.c", "x.b.c", "bb.c", "a.a.b.c"];
    private static readonly string[] Segments = ["a", "ab", "abc", "b", "ba", "c"];
    private static readonly string[] Methods = ["GET", "POST", "PUT"];
    private static readonly string[] Fields = ["f", "g", "h"];

    [Fact]
    public void FindAndExplainAgreeWithTheNaiveMatcher()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("NARU_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (replay with NARU_SEED={seed})");
        var random = new Random(seed);
        var found = 0;
        for (var t = 0; t < TableCount; t++)
        {
            var texts = Enumerable.Range(0, random.Next(1, 25)).Select(_ => RandomRoute(random)).ToArray();
            var routes = texts.Select(Routes.Route).ToArray();
            var table = new RouteTable(routes);
            for (var q = 0; q < QueriesPerTable; q++)
            {
                var host = random.Next(10) == 0 ? "" : Pick(random, Hosts);
                var path = random.Next(20) == 0 ? "*" : RandomPath(random) + (random.Next(6) == 0 ? "/" : "");
                var method = Pick(random, Methods);
                string[] fields = [.. Fields.Where(_ => random.Next(2) == 0).Select(f => $"{f}: {random.Next(2)}")];
                var expected = Naive(routes, host, path, method, fields);
                var request = $"seed {seed}: {method} {host} {path} [{string.Join(", ", fields)}] among\n{string.Join('\n', texts)}";
                Assert.True(expected == table.Find(host, path, method, fields), request);

                var explained = table.Explain(host, path, method, fields);
                Assert.True(expected == explained.Winner, request);
                Assert.Equal(routes.Length, explained.Candidates.Select(c => c.Index).Distinct().Count());
                found += expected < 0 ? 0 : 1;
            }
        }
        output.WriteLine($"{found} of {TableCount * QueriesPerTable} requests had a route");
        Assert.InRange(found, TableCount * QueriesPerTable / 10, TableCount * QueriesPerTable * 95 / 100);
    }

    private static string RandomRoute(Random random)
    {
        var host = random.Next(4) switch { 0 => "-", 1 => "*." + Pick(random, Hosts), _ => Pick(random, Hosts) };
        var path = random.Next(6) switch { 0 => "-", 1 => "/*", 2 or 3 => RandomPath(random) + "/*", _ => RandomPath(random) };
        var methods = random.Next(2) == 0 ? "-" : string.Join(',', Methods.Where(_ => random.Next(2) == 0).DefaultIfEmpty("GET"));
        var fields = Fields.Where(_ => random.Next(4) == 0).Select(f => $"{f}={(random.Next(3) == 0 ? "*" : random.Next(2))}").ToArray();
        return $"{host} {path} {methods} {(fields.Length == 0 ? "-" : string.Join(',', fields))}";
    }

    private static string RandomPath(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => "/" + Pick(random, Segments)));

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private static int Naive(RouteOptions[] routes, string host, string path, string method, string[] fields) =>
        routes.Select((route, index) => (route.Match, index))
            .Where(r => Matches(r.Match, host, path, method, fields))
            .OrderByDescending(r => r.Match.Host is null ? 0 : r.Match.Host.StartsWith('*') ? r.Match.Host.Length : int.MaxValue)
            .ThenByDescending(r => r.Match.Path is null or "/*" ? 0 : r.Match.Path.EndsWith('*') ? r.Match.Path.Length : int.MaxValue)
            .ThenByDescending(r => r.Match.Methods.Count > 0)
            .ThenByDescending(r => r.Match.Headers.Count)
            .ThenBy(r => r.index)
            .Select(r => (int?)r.index)
            .FirstOrDefault() ?? RouteTable.NoRoute;

    private static bool Matches(RouteMatch match, string host, string path, string method, string[] fields) =>
        match.Host switch
        {
            null => true,
            ['*', .. var suffix] => host.Length > suffix.Length && host.EndsWith(suffix, StringComparison.Ordinal),
            var name => host == name,
        }
        && match.Path switch
        {
            null or "/*" => true,
            [.. var prefix, '*'] => (path + "/").StartsWith(prefix, StringComparison.Ordinal),
            var exact => path == exact,
        }
        && (match.Methods.Count == 0 || match.Methods.Contains(method))
        && match.Headers.All(h => fields.Any(f => h.Value == "*" ? f[..f.IndexOf(':')] == h.Key : f == $"{h.Key}: {h.Value}"));
}
