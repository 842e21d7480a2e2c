namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// A band of time in words: <c>35–55 seconds</c>, <c>up to 3 minutes</c>, <c>1.5–2 hours</c>. Rounded down below and up above, so that
/// the band keeps what it promises. The page's script says it the same way.
/// </summary>
internal sealed class TimeWords
{
    private const int MomentS = 10;
    private const int SecondsMax = 90;
    private const int MinutesMax = 90 * 60;
    private const int LongS = 2 * 24 * 60 * 60;

    private readonly PageText _moment;
    private readonly PageText _long;
    private readonly PageText[] _seconds;
    private readonly PageText[] _minutes;
    private readonly PageText[] _hours;

    /// <param name="message">By key.</param>
    public TimeWords(Func<string, string> message)
    {
        _moment = Text("moment");
        _long = Text("long");
        _seconds = Forms("seconds");
        _minutes = Forms("minutes");
        _hours = Forms("hours");

        PageText Text(string key) => PageText.OfMessage(message("time." + key));
        PageText[] Forms(string unit) => [Text(unit), Text(unit + "UpTo"), Text(unit + "One")];
    }

    public int BytesMax => new[] { _moment, _long }.Concat(_seconds).Concat(_minutes).Concat(_hours).Max(t => t.BytesMax(_ => 0));

    public void Write(ref Utf8Target target, long lowS, long highS)
    {
        if (highS <= MomentS)
            Write(ref target, _moment, 0, 0);
        else if (highS > LongS)
            Write(ref target, _long, 0, 0);
        else if (highS <= SecondsMax)
            Write(ref target, _seconds, lowS, highS, stepS: 5, halvesPerStep: 10);
        else if (highS <= MinutesMax)
            Write(ref target, _minutes, lowS, highS, stepS: 60, halvesPerStep: 2);
        else
            Write(ref target, _hours, lowS, highS, stepS: 1800, halvesPerStep: 1);
    }

    private static void Write(ref Utf8Target target, PageText[] forms, long lowS, long highS, int stepS, int halvesPerStep)
    {
        long low = lowS / stepS * halvesPerStep;
        long high = (highS + stepS - 1) / stepS * halvesPerStep;
        Write(ref target, forms[low >= high ? 2 : low > 0 ? 0 : 1], low, high);
    }

    private static void Write(ref Utf8Target target, PageText text, long lowHalves, long highHalves)
    {
        foreach (var piece in text.Pieces)
        {
            target.Add(piece.Literal);
            if (piece.Field is PageField.Low or PageField.High)
            {
                long halves = piece.Field == PageField.Low ? lowHalves : highHalves;
                target.AddNumber(halves / 2);
                if (halves % 2 != 0)
                    target.Add(".5"u8);
            }
        }
    }
}
