namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>The opening that visitors wait for. Default: none is to come.</summary>
/// <param name="At">In the offset in which the operator gave it.</param>
/// <param name="InMs">From now, above 0.</param>
public readonly record struct ComingOpening(DateTimeOffset At, long InMs);

/// <summary>What programs are told about their place: the body of <c>/.naru/rooms/{room}/me</c>, of a held claim and of every event.</summary>
public static class VisitorJson
{
    /// <summary>Eight numbers, a time, the names, and a message of which every byte is escaped.</summary>
    public const int BytesMax = 400 + (6 * RoomLimits.MessageBytesMax);

    /// <param name="message">The operator's, UTF-8; empty: none.</param>
    /// <returns>The length, or -1 when the target is smaller than needed; <see cref="BytesMax"/> always is enough.</returns>
    public static int Write(in VisitorView view, ReadOnlySpan<byte> message, in ComingOpening opening, Span<byte> target)
    {
        var json = new Utf8Target(target);
        json.Add("{\"state\":\""u8);
        json.Add(Name(view.State));
        json.Add("\",\"number\":"u8);
        json.AddNumber(view.Number);
        json.Add(",\"ahead\":"u8);
        json.AddNumber(view.Ahead);
        json.Add(",\"etaLowS\":"u8);
        json.AddNumber(view.EtaLowS);
        json.Add(",\"etaHighS\":"u8);
        json.AddNumber(view.EtaHighS);
        json.Add(",\"pollAfterMs\":"u8);
        json.AddNumber(view.PollAfterMs);
        json.Add(view.Paused ? ",\"paused\":true"u8 : ",\"paused\":false"u8);
        json.Add(",\"message\":"u8);
        if (message.IsEmpty)
        {
            json.Add("null"u8);
        }
        else
        {
            json.Add((byte)'"');
            json.AddJson(message);
            json.Add((byte)'"');
        }

        if (opening.InMs > 0)
        {
            json.Add(",\"opens\":\""u8);
            json.AddMoment(opening.At);
            json.Add("\",\"opensInMs\":"u8);
            json.AddNumber(opening.InMs);
        }
        else
        {
            json.Add(",\"opens\":null,\"opensInMs\":null"u8);
        }

        json.Add(",\"epoch\":"u8);
        json.AddNumber(view.Epoch);
        json.Add((byte)'}');
        return json.Length;
    }

    public static ReadOnlySpan<byte> Name(VisitorState state) => state switch
    {
        VisitorState.Prequeue => "prequeue"u8,
        VisitorState.Waiting => "waiting"u8,
        VisitorState.Called => "called"u8,
        VisitorState.Admitted => "admitted"u8,
        VisitorState.Closed => "closed"u8,
        _ => "unknown"u8,
    };
}
