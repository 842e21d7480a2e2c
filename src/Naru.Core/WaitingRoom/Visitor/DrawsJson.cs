namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// The body of <c>/.naru/rooms/{room}/draws</c>: what anybody needs to recompute the place of any number. The hash of the next
/// seed, and of each draw its seed and the numbers that took part; the newest first.
/// </summary>
public static class DrawsJson
{
    /// <summary>A lottery among those present is held again and again. The page tells the seed of a visitor's own draw, however old.</summary>
    public const int DrawsMax = 64;

    /// <summary>A hash, and for each draw a seed and two numbers.</summary>
    public const int BytesMax = 128 + (DrawsMax * 128);

    /// <param name="view">Null: the store has not answered yet.</param>
    /// <returns>The length, or -1 when the target is smaller than needed; <see cref="BytesMax"/> always is enough.</returns>
    public static int Write(RoomView? view, Span<byte> target)
    {
        var json = new Utf8Target(target);
        json.Add("{\"commitment\":"u8);
        if (view == null || view.NextCommitment.IsEmpty)
        {
            json.Add("null"u8);
        }
        else
        {
            json.Add((byte)'"');
            json.AddHex(view.NextCommitment.Span);
            json.Add((byte)'"');
        }

        json.Add(",\"draws\":["u8);
        int count = view?.Draws.Count ?? 0;
        for (int i = count - 1; i >= 0 && i >= count - DrawsMax; i--)
        {
            var draw = view!.Draws[i];
            json.Add(i == count - 1 ? "{\"first\":"u8 : ",{\"first\":"u8);
            json.AddNumber(draw.From);
            json.Add(",\"count\":"u8);
            json.AddNumber(draw.To - draw.From);
            json.Add(",\"seed\":\""u8);
            json.AddHex(draw.Seed);
            json.Add("\"}"u8);
        }

        json.Add("]}"u8);
        return json.Length;
    }
}
