using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Net;
using Naru.Core.WaitingRoom.Proof;
using Naru.Core.WaitingRoom.Visitor;
using Naru.Engine.Proxy;

namespace Naru.Engine.WaitingRoom;

/// <summary>What a request tells a waiting room beside its proofs.</summary>
internal static class RoomRequest
{
    /// <summary>The visitor came over https, as a trusted proxy says.</summary>
    public static bool IsSecure(Exchange exchange)
    {
        if (!exchange.Rules.Trusts(exchange.Client.Peer))
            return false;
        ReadOnlySpan<byte> data = exchange.Client.In!.Data;
        foreach (ref readonly var field in exchange.Request.Fields)
        {
            if (field.Kind == FieldKind.XForwardedProto)
                return Ascii.EqualsIgnoreCase(field.Value(data), "https"u8);
        }

        return false;
    }

    public static Endpoint Visitor(Exchange exchange) =>
        VisitorAddress.Of(exchange.Client.In!.Data, exchange.Request, exchange.Client.Client, exchange.Rules.Options.TrustedProxies);

    public static bool WantsJson(Exchange exchange) => AcceptsJson.In(Field(exchange, "accept"u8));

    /// <summary>
    /// A person (or a plain download) asks for a page: the turn is theirs to take. Not so what a page loads beside itself, what a
    /// program asks that reads JSON, or what a browser fetches ahead: whoever is behind it may not be there.
    /// </summary>
    public static bool LoadsPage(Exchange exchange)
    {
        if (exchange.Request.Method != Method.Get)
            return false;
        var mode = Field(exchange, "sec-fetch-mode"u8);
        if (!mode.IsEmpty && !mode.SequenceEqual("navigate"u8))
            return false;
        return !IsPrefetch(Field(exchange, "sec-purpose"u8)) && !IsPrefetch(Field(exchange, "purpose"u8)) && !WantsJson(exchange);
    }

    public static bool IsCrossSite(Exchange exchange) => AnotherSite.Asks(
        Field(exchange, "sec-fetch-site"u8), Field(exchange, "origin"u8), exchange.Request.HostWithPort(exchange.Client.In!.Data));

    public static ReadOnlySpan<byte> Field(Exchange exchange, ReadOnlySpan<byte> lowerCaseName) =>
        new RequestFields(exchange.Client.In!.Data, exchange.Request).TryGet(lowerCaseName, out var value) ? value : default;

    public static VisitorId NewVisitor()
    {
        UInt128 id = default;
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<UInt128>(ref id)));
        return new VisitorId(id);
    }

    public static ulong NewPuzzle()
    {
        ulong puzzle = 0;
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<ulong>(ref puzzle)));
        return puzzle;
    }

    private static bool IsPrefetch(ReadOnlySpan<byte> purpose) => purpose.StartsWith("prefetch"u8);
}
