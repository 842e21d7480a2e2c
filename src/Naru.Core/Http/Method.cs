namespace Naru.Core.Http;

/// <summary>Request methods of RFC 9110 section 9 and RFC 5789; any other token is <see cref="Other"/>. Case counts.</summary>
public enum Method : byte
{
    Other,
    Get,
    Head,
    Post,
    Put,
    Delete,
    Options,
    Patch,
    Trace,
    Connect,
}

public static class Methods
{
    public static Method Parse(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 when name.SequenceEqual("GET"u8) => Method.Get,
        3 when name.SequenceEqual("PUT"u8) => Method.Put,
        4 when name.SequenceEqual("POST"u8) => Method.Post,
        4 when name.SequenceEqual("HEAD"u8) => Method.Head,
        5 when name.SequenceEqual("PATCH"u8) => Method.Patch,
        5 when name.SequenceEqual("TRACE"u8) => Method.Trace,
        6 when name.SequenceEqual("DELETE"u8) => Method.Delete,
        7 when name.SequenceEqual("OPTIONS"u8) => Method.Options,
        7 when name.SequenceEqual("CONNECT"u8) => Method.Connect,
        _ => Method.Other,
    };

    /// <summary>RFC 9110 section 9.2.1: the client asks for no change.</summary>
    public static bool IsSafe(Method method) => method is Method.Get or Method.Head or Method.Options or Method.Trace;

    /// <summary>RFC 9110 section 9.2.2: asking twice is as asking once, so a request may be retried.</summary>
    public static bool IsIdempotent(Method method) => IsSafe(method) || method is Method.Put or Method.Delete;
}
