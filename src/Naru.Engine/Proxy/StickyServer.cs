using Naru.Core.Http1;
using Naru.Core.Sticky;
using Naru.Engine.Pools;

namespace Naru.Engine.Proxy;

/// <summary>Keeps a client at the server that its signed cookie names, and gives the cookie to those who come without.</summary>
internal static class StickyServer
{
    /// <summary>
    /// The first value that this pool signed counts: a browser may also send the cookie of the same name that an application set.
    /// To be asked before the head is rewritten.
    /// </summary>
    public static Server? Find(Exchange exchange, PoolRules rules)
    {
        if (rules.Sticky is not { } sticky)
            return null;
        var values = new CookieValues(exchange.Client.In!.Data, exchange.Request, rules.StickyCookieName);
        while (values.MoveNext())
        {
            int index = sticky.Find(values.Current);
            if (index != StickyCookie.NoServer)
                return exchange.StickyServer = rules.StickyServers[index];
        }

        return null;
    }

    /// <summary>The value of the Set-Cookie field; empty when the client holds the right one already.</summary>
    public static ReadOnlySpan<byte> CookieFor(Exchange exchange, PoolRules rules)
    {
        if (rules.Sticky is not { } sticky || exchange.Server is not { } server || server == exchange.StickyServer)
            return default;
        int index = Array.IndexOf(rules.StickyServers, server);
        return index < 0 ? default : sticky.SetCookieLine(index)["Set-Cookie: ".Length..^"\r\n".Length];
    }
}
