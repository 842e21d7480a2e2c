namespace Naru.Core.Http;

/// <summary>
/// How parsing a head went. What follows <see cref="Done"/> are refusals; <see cref="HttpError"/> gives their status and name.
/// </summary>
public enum ParseResult : byte
{
    /// <summary>Well so far, but the head is not complete.</summary>
    NeedMore,
    Done,

    BadRequestLine,
    BadStatusLine,
    BadVersion,
    UnsupportedVersion,
    MethodTooLong,
    ConnectRefused,
    TraceRefused,

    BadTarget,
    TargetTooLong,
    BadEscape,
    PathAboveRoot,
    AmbiguousPath,

    ControlByte,
    BareLineBreak,
    FoldedField,
    BadFieldName,
    UnderscoreInName,
    TooManyFields,
    HeadTooLarge,

    MissingHost,
    RepeatedHost,
    BadHost,
    UserInfo,

    BadContentLength,
    RepeatedContentLength,
    BadTransferEncoding,
    UnsupportedTransferCoding,
    TransferEncodingBeforeHttp11,
    BothLengths,

    BadConnectionOption,
    UnknownExpectation,
}
