using System.Text;

namespace Naru.Core.WaitingRoom.Proof;

/// <summary>
/// The cookies of one room: their names, and the whole Set-Cookie lines that give and take them.
/// <para>
/// The ticket outlives the browser (a phone that closes the browser loses no place) and ends after a day; the pass is a session
/// cookie, since its time slides at the server: who loses it claims again with the ticket. The slip of a slowed visitor
/// (<see cref="Joins.SlipCodec"/>) ends with the turn it keeps. What its browser worked out comes in a cookie that the page itself sets.
/// </para>
/// Owner: the room. Thread: any; immutable. No allocation after construction.
/// </summary>
public sealed class RoomCookies
{
    /// <summary>The longest line that is written here.</summary>
    public const int LineBytesMax = 512;

    public const int TicketMaxAgeSeconds = 24 * 60 * 60;

    /// <summary>Keeps every line below <see cref="LineBytesMax"/>.</summary>
    public const int RoomNameCharactersMax = 128;

    private readonly byte[] _ticket;
    private readonly byte[] _pass;
    private readonly byte[] _slip;
    private readonly byte[] _work;

    /// <param name="room">Letters, digits, <c>- _ .</c>: it becomes part of the cookies' names.</param>
    public RoomCookies(string room)
    {
        if (!IsRoomName(room))
            throw new ArgumentException($"'{room}' cannot be part of a cookie's name.", nameof(room));
        _ticket = Encoding.ASCII.GetBytes($"naru-ticket-{room}");
        _pass = Encoding.ASCII.GetBytes($"naru-pass-{room}");
        _slip = Encoding.ASCII.GetBytes($"naru-slip-{room}");
        _work = Encoding.ASCII.GetBytes($"naru-work-{room}");
    }

    public ReadOnlySpan<byte> TicketName => _ticket;

    public ReadOnlySpan<byte> PassName => _pass;

    public ReadOnlySpan<byte> SlipName => _slip;

    /// <summary>Set by the page, in the clear: the solution of the slip's puzzle.</summary>
    public ReadOnlySpan<byte> WorkName => _work;

    public static bool IsRoomName(string room) =>
        room.Length is > 0 and <= RoomNameCharactersMax && room.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Writes the field line with CRLF and returns its length.</summary>
    /// <param name="secure">The visitor came over https, to Naru or to a trusted proxy before it.</param>
    public int WriteTicket(ReadOnlySpan<byte> value, bool secure, Span<byte> target) => Write(_ticket, value, TicketMaxAgeSeconds, secure, target);

    public int WritePass(ReadOnlySpan<byte> value, bool secure, Span<byte> target) => Write(_pass, value, -1, secure, target);

    public int WriteSlip(ReadOnlySpan<byte> value, int maxAgeSeconds, bool secure, Span<byte> target) => Write(_slip, value, maxAgeSeconds, secure, target);

    /// <summary>Takes the ticket away, as after a change of epoch.</summary>
    public int WriteTicketEnd(bool secure, Span<byte> target) => Write(_ticket, default, 0, secure, target);

    public int WritePassEnd(bool secure, Span<byte> target) => Write(_pass, default, 0, secure, target);

    public int WriteSlipEnd(bool secure, Span<byte> target) => Write(_slip, default, 0, secure, target);

    /// <param name="maxAgeSeconds">0: ends at once; negative: with the browser.</param>
    private static int Write(byte[] name, ReadOnlySpan<byte> value, int maxAgeSeconds, bool secure, Span<byte> target)
    {
        int length = 0;
        Add(target, ref length, "Set-Cookie: "u8);
        Add(target, ref length, name);
        Add(target, ref length, "="u8);
        Add(target, ref length, value);
        Add(target, ref length, "; Path=/"u8);
        if (maxAgeSeconds >= 0)
        {
            Add(target, ref length, "; Max-Age="u8);
            maxAgeSeconds.TryFormat(target[length..], out int digits);
            length += digits;
        }

        Add(target, ref length, "; HttpOnly; SameSite=Lax"u8);
        if (secure)
            Add(target, ref length, "; Secure"u8);
        Add(target, ref length, "\r\n"u8);
        return length;
    }

    private static void Add(Span<byte> target, ref int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(target[length..]);
        length += text.Length;
    }
}
