using System.Text;
using Naru.Core.WaitingRoom.Proof;

namespace Naru.Tests.WaitingRoom.Proof;

/// <summary>A ticket and a pass of the room <c>concert</c> with the secret 0, 1, … 31.</summary>
internal static class Samples
{
    public const long Epoch = 7;

    public static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    public static readonly byte[] Host = "shop.example.com"u8.ToArray();
    public static readonly VisitorId Visitor = VisitorId.Read(Convert.FromHexString("00112233445566778899aabbccddeeff"));
    public static readonly Ticket Ticket = new(Epoch, 812_345, 3, Visitor, 1_796_122_800_000, 772_500);
    public static readonly Pass Pass = new(Epoch, 19_999, 4_711, 812_345, Visitor, 1_796_122_800_000);

    public static RoomKeys Keys(string room = "concert") => new(room, Secret);

    public static byte[] Write(TicketCodec codec, in Ticket ticket, string host = "shop.example.com")
    {
        var value = new byte[TicketCodec.ValueBytes];
        codec.Write(ticket, Encoding.ASCII.GetBytes(host), value);
        return value;
    }

    public static byte[] Write(PassCodec codec, in Pass pass, string host = "shop.example.com")
    {
        var value = new byte[PassCodec.ValueBytes];
        codec.Write(pass, Encoding.ASCII.GetBytes(host), value);
        return value;
    }
}
