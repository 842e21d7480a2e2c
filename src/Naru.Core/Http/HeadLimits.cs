namespace Naru.Core.Http;

/// <summary>
/// What one listener (or one pool, for responses) accepts in a head. Values beyond <see cref="HttpLimits"/> are cut to it.
/// </summary>
public readonly struct HeadLimits
{
    public static readonly HeadLimits Default = new(HttpLimits.HeadBytesMax, HttpLimits.FieldsDefault);

    public HeadLimits(int headBytes, int fields, int targetBytes = HttpLimits.TargetBytesDefault)
    {
        HeadBytes = Math.Clamp(headBytes, HttpLimits.HeadBytesMin, HttpLimits.HeadBytesMax);
        Fields = Math.Clamp(fields, 1, HttpLimits.FieldsMax);
        TargetBytes = Math.Clamp(targetBytes, 1, HeadBytes);
    }

    /// <summary>From the first byte received to the empty line that ends the head, inclusive.</summary>
    public int HeadBytes { get; }

    public int Fields { get; }

    public int TargetBytes { get; }
}
