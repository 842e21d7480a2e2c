using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>
/// A parsed response head; twin of <see cref="RequestHead"/>.
/// Owner: a pool of the loop. Thread: the loop. Invariant: after <see cref="ParseResult.Done"/> every offset lies within <see
/// cref="Length"/>.
/// </summary>
public sealed class ResponseHead
{
    private readonly HeaderField[] _fields;

    public ResponseHead(int fieldsMax = HttpLimits.FieldsDefault) => _fields = new HeaderField[fieldsMax];

    /// <summary>Bytes consumed: the head with its empty line.</summary>
    public int Length { get; internal set; }

    /// <summary>100 to 999.</summary>
    public int Status { get; internal set; }

    /// <summary>0 or 1.</summary>
    public int MinorVersion { get; internal set; }

    /// <summary>How the body ends that follows these bytes, with the request's method considered.</summary>
    public BodyFraming Framing { get; internal set; }

    /// <summary>-1: no such field. With <see cref="BodyFraming.None"/> it tells what a GET would have got.</summary>
    public long ContentLength { get; internal set; }

    /// <summary>Whether the server lets the connection live on, as far as the head tells.</summary>
    public bool KeepAlive { get; internal set; }

    public int FieldCount { get; internal set; }

    /// <summary>1xx: the final response is still to come. 101 is not among them: it ends HTTP on the connection.</summary>
    public bool IsInterim => Status < 200 && Status != 101;

    /// <summary>101. Whether it was asked for is the caller's to know; unasked, it is a bad response.</summary>
    public bool IsSwitchingProtocols => Status == 101;

    /// <summary>Something beside the head forbids to use the server's connection again.</summary>
    public void DoNotKeep() => KeepAlive = false;

    /// <summary>The server wrote <c>Naru-Waiting-Room: release</c>: the visitor's session is over.</summary>
    public bool ReleasesVisitor { get; internal set; }

    internal int Searched;
    internal int FieldsStart;
    internal int UpgradeField;
    internal bool HasDate;

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
        Length = Status = FieldCount = FieldsStart = 0;
        Framing = BodyFraming.None;
        ContentLength = -1;
        KeepAlive = HasDate = ReleasesVisitor = false;
        UpgradeField = -1;
    }

    /// <summary>May be empty.</summary>
    public ReadOnlySpan<byte> Reason(ReadOnlySpan<byte> data) => FieldsStart - 2 > 13 ? data[13..(FieldsStart - 2)] : default;
}
