using System.Text;
using Naru.Core.Config;
using Naru.Core.Routing;

namespace Naru.Tests.Routing;

/// <summary>Short forms for tables of routes and requests.</summary>
internal static class Routes
{
    /// <param name="text"><c>host path methods headers</c>, each <c>-</c> when absent; methods and <c>name=value</c> headers by comma.</param>
    public static RouteOptions Route(string text, int index = 0)
    {
        var parts = text.Split(' ');
        string? Part(int i) => parts.Length > i && parts[i] != "-" ? parts[i] : null;
        return new RouteOptions
        {
            Name = $"routes[{index}]",
            Pool = "p",
            Match = new RouteMatch
            {
                Host = Part(0),
                Path = Part(1),
                Methods = Part(2)?.Split(',') ?? [],
                Headers = [.. (Part(3)?.Split(',') ?? []).Select(h => h.Split('=')).Select(h => KeyValuePair.Create(h[0], h[1]))],
            },
        };
    }

    public static RouteTable Table(params string[] routes) => new([.. routes.Select(Route)]);

    public static int Find(this RouteTable table, string host, string path, string method = "GET", params string[] fields) =>
        table.Find(new RouteQuery(Bytes(host), Bytes(path), Bytes(method)), FieldList.Of(fields));

    public static RouteExplanation Explain(
        this RouteTable table, string host, string path, string method = "GET", params string[] fields) =>
        table.Explain(new RouteQuery(Bytes(host), Bytes(path), Bytes(method)), FieldList.Of(fields));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
