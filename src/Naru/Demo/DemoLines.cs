using System.Globalization;

namespace Naru.Demo;

/// <summary>The demo without a terminal: a line a second, and a line for each event.</summary>
internal sealed class DemoLines(TextWriter output)
{
    private int _eventsTold;

    /// <param name="eventCount">How many events there were in all; the last of them are in the frame.</param>
    public void Write(DemoFrame frame, int eventCount)
    {
        foreach (var e in frame.Events.Skip(frame.Events.Count - Math.Min(frame.Events.Count, eventCount - _eventsTold)))
            output.WriteLine($"{Seconds(e.At)}  {e.Text}");
        _eventsTold = eventCount;
        output.WriteLine($"{Seconds(frame.Elapsed)}  {Layer(frame.Http)}  |  {Layer(frame.Tcp)}  |  {Room(frame.Room)}");
    }

    private static string Seconds(TimeSpan time) => ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture).PadLeft(4) + "s";

    private static string Room(DemoRoomFrame room) => string.Create(CultureInfo.InvariantCulture,
        $"{DemoRoom.Name} {room.State} {room.AdmittedPerSecond:0.0}/s active {room.Active}/{room.ActiveMax} waiting {room.Waiting} serving {room.Serving}");

    private static string Layer(DemoLayer layer)
    {
        var rows = layer.Rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Name} {r.Share * 100:0}% {r.State}"));
        return string.Create(CultureInfo.InvariantCulture, $"{layer.Name} {layer.Rate:0}/s p50 {layer.MedianMs ?? 0:0.0} ms failed {layer.Failed}: ") + string.Join(", ", rows);
    }
}
