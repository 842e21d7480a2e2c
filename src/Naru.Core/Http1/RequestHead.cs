using System.Text;
using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>The four forms of RFC 9112 section 3.2; authority-form belongs to CONNECT, which is refused.</summary>
public enum TargetForm : byte
{
    Origin,
    Absolute,
    Asterisk,
}

/// <summary>
/// A parsed request head. Purpose: says where things are in the received bytes, which the caller passes along again.
/// Owner: a pool of the loop; holds nothing that outlives the request. Thread: the loop.
/// Invariant: after <see cref="ParseResult.Done"/> every offset lies within <see cref="Length"/>.
/// </summary>
public sealed class RequestHead
{
    private readonly HeaderField[] _fields;
    private byte[] _canonicalPath = [];
    private byte[] _canonicalHost = [];
    private int _canonicalPathLength;
    private int _canonicalHostLength;

    public RequestHead(int fieldsMax = HttpLimits.FieldsDefault) => _fields = new HeaderField[fieldsMax];

    /// <summary>Field lines that fit.</summary>
    public int FieldsMax => _fields.Length;

    /// <summary>Bytes consumed: head with its empty line, and the empty line that was skipped before it.</summary>
    public int Length { get; internal set; }

    public Method Method { get; internal set; }

    /// <summary>0 or 1.</summary>
    public int MinorVersion { get; internal set; }

    public TargetForm Form { get; internal set; }

    /// <summary>Whether a <c>?</c> was there; the query after it may be empty.</summary>
    public bool HasQuery { get; internal set; }

    public bool HasHost => HostAuthorityLength > 0;

    public BodyFraming Framing { get; internal set; }

    /// <summary>-1: no such field.</summary>
    public long ContentLength { get; internal set; }

    /// <summary>Whether the client lets the connection live on (RFC 9112 section 9.3).</summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>The client waits for 100 (Continue) before it sends its body.</summary>
    public bool ExpectsContinue { get; internal set; }

    /// <summary>The client asks to switch to one protocol, of a kind that Naru tunnels. A tunnel starts only after a 101.</summary>
    public bool AsksUpgrade { get; internal set; }

    public int FieldCount { get; internal set; }

    internal int Searched;
    internal int Start;
    internal int FieldsStart;
    internal int MethodLength;
    internal int TargetStart;
    internal int TargetLength;
    internal int PathStart;
    internal int PathLength;
    internal int QueryLength;
    internal int HostStart;
    internal int HostNameLength;
    internal int HostAuthorityLength;

    /// <summary>The Host line must be written anew: the target named another one, or it was not canonical.</summary>
    internal bool RewritesHost;

    /// <summary>TE listed <c>trailers</c>.</summary>
    internal bool AcceptsTrailers;
    internal int UpgradeField;

    public ReadOnlySpan<HeaderField> Fields => _fields.AsSpan(0, FieldCount);

    internal HeaderField[] FieldSlots => _fields;

    /// <summary>To be called before the first bytes of each message: forgets how far the last search came.</summary>
    public void Reset()
    {
        Searched = 0;
        Clear();
    }

    internal void Clear()
    {
        Length = Start = FieldsStart = FieldCount = 0;
        Method = Method.Other;
        Form = TargetForm.Origin;
        Framing = BodyFraming.None;
        ContentLength = -1;
        HasQuery = KeepAlive = ExpectsContinue = AsksUpgrade = RewritesHost = AcceptsTrailers = false;
        MethodLength = TargetStart = TargetLength = PathStart = PathLength = QueryLength = 0;
        HostStart = HostNameLength = HostAuthorityLength = 0;
        UpgradeField = -1;
        _canonicalPathLength = _canonicalHostLength = 0;
    }

    public ReadOnlySpan<byte> MethodName(ReadOnlySpan<byte> data) => data.Slice(Start, MethodLength);

    /// <summary>The target as received: for logs only, never for decisions.</summary>
    public ReadOnlySpan<byte> RawTarget(ReadOnlySpan<byte> data) => data.Slice(TargetStart, TargetLength);

    /// <summary>The canonical path, which is matched and forwarded; <c>*</c> in asterisk-form.</summary>
    public ReadOnlySpan<byte> Path(ReadOnlySpan<byte> data) =>
        _canonicalPathLength > 0 ? _canonicalPath.AsSpan(0, _canonicalPathLength) : data.Slice(PathStart, PathLength);

    /// <summary>As received: no escape, no parameters, nothing to be resolved. So it is with nearly every request.</summary>
    public bool HasPlainPath => _canonicalPathLength == 0;

    /// <summary>As received, without <c>?</c>.</summary>
    public ReadOnlySpan<byte> Query(ReadOnlySpan<byte> data) =>
        HasQuery ? data.Slice(PathStart + PathLength + 1, QueryLength) : default;

    /// <summary>Lower case, without port and final dot; IPv6 with brackets. Empty if an HTTP/1.0 client named none.</summary>
    public ReadOnlySpan<byte> Host(ReadOnlySpan<byte> data) =>
        _canonicalHostLength > 0 ? _canonicalHost.AsSpan(0, HostNameLength) : data.Slice(HostStart, HostNameLength);

    /// <summary>As <see cref="Host"/>, with <c>:port</c> if the client sent one.</summary>
    public ReadOnlySpan<byte> HostWithPort(ReadOnlySpan<byte> data) =>
        _canonicalHostLength > 0 ? _canonicalHost.AsSpan(0, _canonicalHostLength) : data.Slice(HostStart, HostAuthorityLength);

    internal ParseResult SetPath(ReadOnlySpan<byte> data, int start, int length)
    {
        PathStart = start;
        PathLength = length;
        var raw = data.Slice(start, length);
        if (CanonicalPath.IsPlain(raw))
            return ParseResult.Done;
        if (_canonicalPath.Length < length)
            _canonicalPath = new byte[Math.Max(256, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length))];
        return CanonicalPath.Write(raw, _canonicalPath, out _canonicalPathLength);
    }

    /// <summary>An absolute target without a path: <c>/</c>, or <c>*</c> for OPTIONS (RFC 9112 section 3.2.4).</summary>
    internal void SetPath(byte single, int queryStart)
    {
        PathStart = queryStart;
        PathLength = 0;
        if (_canonicalPath.Length == 0)
            _canonicalPath = new byte[256];
        _canonicalPath[0] = single;
        _canonicalPathLength = 1;
    }

    internal bool TrySetHost(ReadOnlySpan<byte> data, int start, int length)
    {
        var value = data.Slice(start, length);
        if (!HostName.TryParse(value, out int nameLength, out int portStart, out bool canonical))
            return false;
        HostStart = start;
        HostNameLength = nameLength;
        HostAuthorityLength = length;
        if (canonical)
            return true;

        if (_canonicalHost.Length == 0)
            _canonicalHost = new byte[HttpLimits.HostBytesMax];
        Ascii.ToLower(value[..nameLength], _canonicalHost, out _);
        value[portStart..].CopyTo(_canonicalHost.AsSpan(nameLength));
        _canonicalHostLength = nameLength + length - portStart;
        RewritesHost = true;
        return true;
    }
}
