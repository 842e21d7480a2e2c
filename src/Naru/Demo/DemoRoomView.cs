using System.Globalization;
using Naru.Cli;
using Spectre.Console;

namespace Naru.Demo;

/// <summary>Draws the waiting room in three rows: the figures, who is inside and the line before the door, and where to join it.</summary>
internal sealed class DemoRoomView(DemoText text, string url)
{
    private const int BarColumns = 16;

    /// <summary>Every so manieth visitor is drawn bold, so that the eye sees the line move.</summary>
    private const int Marked = 5;

    public string Rule(DemoRoomFrame room)
    {
        var state = room.State == "open" ? $"[green]{text.RoomState(room.State)}[/]" : $"[black on yellow] {text.RoomState(room.State)} [/]";
        return string.Create(CultureInfo.InvariantCulture,
            $"[bold]{DemoRoom.Name}[/] [grey]{text.WaitingRoom}[/]  {state}  {room.AdmittedPerSecond:0.0}/s [grey]{text.Of} {room.AdmitPerSecond:0.#}/s[/]  {text.Waiting} {StatusTable.Short(room.Waiting)}");
    }

    /// <summary><c>inside ██████····· 31/40 ◂ ••●••••●••• +84</c>: the nearer to the door, the sooner.</summary>
    public string Line(DemoRoomFrame room, int width)
    {
        var inside = room.ActiveMax == 0 ? 0 : (int)Math.Round((double)BarColumns * Math.Min(room.Active, room.ActiveMax) / room.ActiveMax);
        var count = $"{room.Active}/{room.ActiveMax}";
        var head = $" {text.Inside} [aqua]{new string('█', inside)}[/][grey23]{new string('·', BarColumns - inside)}[/] {count} [bold]◂[/] ";
        var used = Markup.Remove(head).GetCellWidth();
        var rest = $" +{StatusTable.Short(Math.Max(0, room.Waiting))}";
        var seats = Math.Max(0, width - used - rest.Length - 1);
        var shown = (int)Math.Min(seats, room.Waiting);
        var people = string.Concat(Enumerable.Range(0, shown).Select(i => (room.Serving + i) % Marked == 0 ? "[yellow]●[/]" : "[grey62]•[/]"));
        var beyond = room.Waiting - shown;
        return head + people + (beyond > 0 ? $"[grey] +{StatusTable.Short(beyond)}[/]" : "");
    }

    public string Invitation(DemoRoomFrame room)
    {
        var wait = room.Wait is { } band ? $"   [grey]{text.JoinNow(band.LowS, band.HighS)}[/]" : "";
        return $" [grey]{text.OpenInBrowser}[/] [bold underline]{Markup.Escape(url)}[/]{wait}";
    }
}
