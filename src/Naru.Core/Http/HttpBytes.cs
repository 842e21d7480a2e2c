using System.Buffers;

namespace Naru.Core.Http;

/// <summary>Byte classes of RFC 9110 section 5.6, RFC 9112 and RFC 3986, searched with vectors.</summary>
internal static class HttpBytes
{
    internal const byte Cr = (byte)'\r';
    internal const byte Lf = (byte)'\n';

    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";

    /// <summary>RFC 9110 section 5.6.2.</summary>
    internal static readonly SearchValues<byte> Token = Set("!#$%&'*+-.^_`|~" + Digits + Letters);

    internal static readonly SearchValues<byte> TokenWithoutUnderscore = Set("!#$%&'*+-.^`|~" + Digits + Letters);

    /// <summary>What may stand nowhere in a head; line ends are checked where lines are cut.</summary>
    internal static readonly SearchValues<byte> Controls = SearchValues.Create(ControlBytes(withLineEnds: false));

    internal static readonly SearchValues<byte> ControlsAndLineEnds = SearchValues.Create(ControlBytes(withLineEnds: true));

    /// <summary>
    /// pchar of RFC 3986 with <c>/</c>, and the three bytes that browsers send unescaped although the RFC forbids it: <c>| [ ]</c>
    /// (path percent-encode set of the WHATWG URL standard). Refused: space, <c>" # &lt; &gt; \ ^ ` { }</c>, controls, non-ASCII.
    /// </summary>
    internal static readonly SearchValues<byte> Path = Set("-._~!$&'()*+,;=:@/%|[]" + Digits + Letters);

    /// <summary>
    /// Printable ASCII without <c>" # &lt; &gt;</c> (query percent-encode set of the WHATWG URL standard). Non-ASCII has no
    /// agreed encoding.
    /// </summary>
    internal static readonly SearchValues<byte> Query = Set("-._~!$&'()*+,;=:@/%|[]?\\^`{}" + Digits + Letters);

    /// <summary>
    /// A reg-name as the DNS has it, and <c>_</c> that service names use. Escapes and sub-delims of RFC 3986 name no host.
    /// </summary>
    internal static readonly SearchValues<byte> HostName = Set("-._" + Digits + Letters);

    internal static readonly SearchValues<byte> LowerHostName = Set("-._abcdefghijklmnopqrstuvwxyz" + Digits);

    internal static readonly SearchValues<byte> RequestId = Set("-._~+/=:@" + Digits + Letters);

    internal static bool IsToken(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && !bytes.ContainsAnyExcept(Token);

    /// <summary>0 to 15, or -1.</summary>
    internal static int HexDigit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };

    /// <summary>Without surrounding optional white space (RFC 9110 section 5.6.3).</summary>
    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);

    private static SearchValues<byte> Set(string ascii) => SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(ascii));

    private static byte[] ControlBytes(bool withLineEnds)
    {
        var bytes = new List<byte> { 0x7F };
        for (byte b = 0; b < 0x20; b++)
            if (b != '\t' && (withLineEnds || (b != Cr && b != Lf)))
                bytes.Add(b);
        return [.. bytes];
    }
}
