using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Engine.Pools;

namespace Naru.Engine.Proxy;

/// <summary>The hash by which consistent-hash, maglev and source-hash place a request. To be asked before the head is rewritten.</summary>
internal static class RequestHash
{
    public static ulong Of(Exchange exchange, PoolRules rules)
    {
        if (!rules.UsesHash)
            return 0;
        if (rules.Options.Balance == BalanceAlgorithm.SourceHash || rules.Options.Hash.On == HashSource.Source)
            return Hash(exchange.Client.Client.HashBytes);
        ReadOnlySpan<byte> data = exchange.Client.In!.Data;
        var request = exchange.Request;
        // A request without the header, cookie or parameter is placed by its client, not all on one server.
        return rules.Options.Hash.On switch
        {
            HashSource.Path => Hash(request.Path(data)),
            HashSource.Host => Hash(request.Host(data)),
            HashSource.Header when new RequestFields(data, request).TryGet(rules.HashName, out var value) => Hash(value),
            HashSource.Query when QueryReader.TryGet(request.Query(data), rules.HashName, out var value) => Hash(value),
            HashSource.Cookie when TryGetCookie(data, request, rules.HashName, out var value) => Hash(value),
            _ => Hash(exchange.Client.Client.HashBytes),
        };
    }

    private static bool TryGetCookie(ReadOnlySpan<byte> data, RequestHead request, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var values = new CookieValues(data, request, name);
        bool isThere = values.MoveNext();
        value = values.Current;
        return isThere;
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes) => Pool.PlacementHash.Hash(bytes);
}
