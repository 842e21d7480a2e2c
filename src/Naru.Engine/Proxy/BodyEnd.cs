namespace Naru.Engine.Proxy;

/// <summary>How moving a message's body ended.</summary>
internal enum BodyEnd : byte
{
    Completed,

    /// <summary>The sender closed before the body's end.</summary>
    SourceEnded,
    SourceFailed,
    SourceTimedOut,

    /// <summary>The sender stayed under its minimum rate.</summary>
    SourceTooSlow,

    /// <summary>The chunked coding is broken.</summary>
    Malformed,

    /// <summary>More bytes than allowed.</summary>
    TooLarge,
    TargetFailed,

    /// <summary>The receiver took nothing for too long, or did not say 100 (Continue) to who waits for it.</summary>
    TargetTimedOut,

    /// <summary>The receiver stayed under its minimum rate.</summary>
    TargetTooSlow,

    /// <summary>The other half of the exchange ended it.</summary>
    Canceled,
}
