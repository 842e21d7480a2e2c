using System.Text;
using Naru.Core.Config;
using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Routing;

namespace Naru.Cli;

/// <summary>Where a request would go and why, found with the parser and the route table that serve requests.</summary>
internal static class RouteExplainer
{
    /// <summary>Routes that do not match are told up to here; the others are only counted.</summary>
    private const int MissesShownMax = 20;

    /// <summary>Of a URL that names none; the others are asked too when no listener has it.</summary>
    private const int HttpPort = 80;

    /// <param name="url"><c>http://host[:port]/path</c>, or a path alone. <c>https://</c>: what ends TLS in front passes on.</param>
    /// <param name="fields">Lines <c>name: value</c>.</param>
    /// <returns>False when a request like this is refused, or no listener would take it.</returns>
    /// <exception cref="CliException">The URL is none.</exception>
    public static bool Explain(Snapshot snapshot, string url, string method, IReadOnlyList<string> fields, TextWriter output)
    {
        var (authority, port, target) = Split(url);
        var listeners = snapshot.Listeners.Where(l => l.Protocol == ListenerProtocol.Http).ToList();
        if (listeners.Count == 0)
        {
            output.WriteLine("There is no http listener.");
            return false;
        }
        var there = listeners.Where(l => l.Binds.Any(b => b.Port == (port ?? HttpPort))).ToList();
        if (port is not null && there.Count == 0)
        {
            output.WriteLine($"No http listener has port {port}: {string.Join(", ", listeners.Select(l => $"{l.Name} {string.Join(", ", l.Binds)}"))}");
            return false;
        }
        if (there.Count > 0)
            listeners = there;
        var request = Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1\r\nHost: {authority}\r\n{string.Concat(fields.Select(f => f + "\r\n"))}\r\n");
        var allTaken = true;
        foreach (var listener in listeners)
            allTaken &= ExplainOne(snapshot, listener, request, output);
        return allTaken;
    }

    /// <summary>The port is that of a listener: null when the URL names none, or one of TLS.</summary>
    private static (string Authority, int? Port, string Target) Split(string url)
    {
        if (url.StartsWith('/'))
            return ("localhost", null, url);
        var schemeEnd = url.IndexOf("://", StringComparison.Ordinal);
        var scheme = schemeEnd < 0 ? "http" : url[..schemeEnd].ToLowerInvariant();
        var rest = schemeEnd < 0 ? url : url[(schemeEnd + 3)..];
        if (scheme is not ("http" or "https") || rest.Length == 0)
            throw new CliException($"--explain '{url}': write http://HOST[:PORT]/PATH, https://HOST/PATH or /PATH", ExitCode.Usage);
        var slash = rest.IndexOfAny(['/', '?']);
        var authority = slash < 0 ? rest : rest[..slash];
        var target = slash < 0 ? "/" : rest[slash] == '/' ? rest[slash..] : "/" + rest[slash..];
        var colon = authority.LastIndexOf(':');
        var hasPort = colon > authority.LastIndexOf(']');
        return (authority, scheme == "http" && hasPort && int.TryParse(authority[(colon + 1)..], out var port) ? port : null, target.Split('#')[0]);
    }

    private static bool ExplainOne(Snapshot snapshot, ListenerOptions listener, byte[] request, TextWriter output)
    {
        var head = new RequestHead(listener.Limits.Headers);
        var parsed = RequestParser.Parse(request, head, new HeadLimits(listener.Limits.HeaderBytes, listener.Limits.Headers));
        if (parsed != ParseResult.Done)
        {
            output.WriteLine($"Listener {listener.Name} refuses this with {HttpError.RequestStatus(parsed)}: {HttpError.Name(parsed)}.");
            return false;
        }
        var query = new RouteQuery(head.Host(request), head.Path(request), head.MethodName(request));
        var table = new RouteTable(listener.Routes);
        var explained = table.Explain(query, new RequestFields(request, head));
        output.WriteLine($"{Text(query.Method)} {Text(query.Host)}{Text(query.Path)} at listener {listener.Name}");
        if (table.IsAmbiguous(query, new RequestFields(request, head), explained.Winner, new byte[query.Path.Length]))
        {
            output.WriteLine("  => refused with 400: some servers read this path as one of another route (%2F, %5C, other escapes, ;parameters)");
            return false;
        }
        if (explained.Winner == RouteTable.NoRoute)
            output.WriteLine("  => no route takes it: 404");
        var missesLeft = MissesShownMax;
        foreach (var candidate in explained.Candidates.OrderBy(c => c.Verdict != RouteVerdict.Wins))
        {
            if (candidate.Verdict == RouteVerdict.Wins)
                output.WriteLine($"  => {candidate.Name} ({candidate.Match}): {Action(snapshot, listener.Routes[candidate.Index], Text(query.Path))}; {candidate.Why}");
            else if (missesLeft-- > 0)
                output.WriteLine($"     {candidate.Name} ({candidate.Match}): {candidate.Why}");
        }
        if (missesLeft < 0)
            output.WriteLine($"     and {-missesLeft} more that do not take it");
        return explained.Winner != RouteTable.NoRoute;
    }

    private static string Action(Snapshot snapshot, RouteOptions route, string path) => route switch
    {
        { Pool: { } pool, WaitingRoom: { } room } => snapshot.WaitingRooms.First(r => r.Name == room).Bypass.Paths.FirstOrDefault(p => Matches(p, path)) is { } bypass
            ? $"pool {pool}, past the waiting room {room} by its bypass {bypass}"
            : $"waiting room {room}, then pool {pool}",
        { Pool: { } pool } => $"pool {pool}",
        { Redirect: { } redirect } => $"redirect {redirect.Status} to {redirect.To}",
        { Respond: { } respond } => $"respond {respond.Status}",
        _ => throw new InvalidOperationException($"{route.Name} does nothing."),
    };

    /// <summary>Both are canonical. As the route table reads a pattern.</summary>
    private static bool Matches(string pattern, string path) => pattern.EndsWith("/*", StringComparison.Ordinal)
        ? path.StartsWith(pattern[..^1], StringComparison.Ordinal) || path == pattern[..^2]
        : path == pattern;

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
