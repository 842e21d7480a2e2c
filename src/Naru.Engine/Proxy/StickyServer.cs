using System.Text;
using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Sticky;
using Naru.Engine.Pools;

namespace Naru.Engine.Proxy;

/// <summary>Keeps a client at the server that its signed cookie names, and gives the cookie to those who come without.</summary>
internal static class StickyServer
{
    /// <summary>Looks at every Cookie field: a client may send several. To be asked before the head is rewritten.</summary>
    public static Server? Find(Exchange exchange, PoolRules rules)
    {
        if (rules.Sticky is not { } sticky)
            return null;
        ReadOnlySpan<byte> data = exchange.Client.In!.Data;
        foreach (ref readonly var field in exchange.Request.Fields)
        {
            if (!Ascii.EqualsIgnoreCase(field.Name(data), "cookie"u8))
                continue;
            if (!CookieReader.TryGet(field.Value(data), rules.StickyCookieName, out var value))
                continue;
            int index = sticky.Find(value);
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
