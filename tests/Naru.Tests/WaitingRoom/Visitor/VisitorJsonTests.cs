using System.Text;
using System.Text.Json;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Tests.WaitingRoom.Visitor;

public class VisitorJsonTests
{
    private static readonly VisitorView Waiting = new(VisitorState.Waiting, 812_345, 40_211, 38, 52, 7_600, false, 7);

    private static readonly ComingOpening Opening = new(new DateTimeOffset(2026, 12, 1, 20, 0, 0, TimeSpan.FromHours(9)), 38_400);

    /// <summary>Programs read these: a change of the shape is a visible decision.</summary>
    [Fact]
    public void TheShapeIsFixed()
    {
        Assert.Equal(
            """{"state":"waiting","number":812345,"ahead":40211,"etaLowS":38,"etaHighS":52,"pollAfterMs":7600,"paused":false,"message":null,"opens":null,"opensInMs":null,"epoch":7}""",
            Write(Waiting, ""));
        Assert.Equal(
            """{"state":"called","number":812345,"ahead":0,"etaLowS":0,"etaHighS":0,"pollAfterMs":500,"paused":true,"message":"곧 시작합니다","opens":null,"opensInMs":null,"epoch":7}""",
            Write(Waiting with { State = VisitorState.Called, Ahead = 0, EtaLowS = 0, EtaHighS = 0, PollAfterMs = 500, Paused = true }, "곧 시작합니다"));
        Assert.Equal(
            """{"state":"prequeue","number":812345,"ahead":0,"etaLowS":38,"etaHighS":52,"pollAfterMs":7600,"paused":false,"message":null,"opens":"2026-12-01T20:00:00+09:00","opensInMs":38400,"epoch":7}""",
            Write(Waiting with { State = VisitorState.Prequeue, Ahead = 0 }, "", Opening));
    }

    [Fact]
    public void EveryStateHasItsName() => Assert.Equal(
        ["unknown", "prequeue", "waiting", "called", "admitted", "closed"],
        Enum.GetValues<VisitorState>().Select(s => Encoding.ASCII.GetString(VisitorJson.Name(s))));

    [Theory]
    [InlineData("\"</script>\\ \r\n\t\0 \u001f")]
    [InlineData("\u2028 \U0001F6A2 <&>'")]
    public void AnyMessageIsReadBackAndStaysOnOneLine(string message)
    {
        string json = Write(Waiting, message);
        Assert.Equal(message, JsonDocument.Parse(json).RootElement.GetProperty("message").GetString());
        Assert.DoesNotContain('\n', json);
        Assert.DoesNotContain('\r', json);
    }

    [Fact]
    public void AMessageThatIsNoUtf8HarmsNothing()
    {
        var target = new byte[VisitorJson.BytesMax];
        int length = VisitorJson.Write(Waiting, [0xff, (byte)'"', 0xc0], default, target);
        Assert.Equal("\uFFFD", JsonDocument.Parse(target.AsMemory(0, length)).RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public void TheLongestFitsAndATooSmallTargetIsToldApart()
    {
        var longest = new VisitorView(
            VisitorState.Prequeue, long.MinValue, long.MinValue, int.MinValue, int.MinValue, int.MinValue, false, long.MinValue);
        var message = new byte[RoomLimits.MessageBytesMax];
        var far = new ComingOpening(DateTimeOffset.MaxValue, long.MaxValue);
        int length = VisitorJson.Write(longest, message, far, new byte[VisitorJson.BytesMax]);
        Assert.InRange(length, 6 * message.Length, VisitorJson.BytesMax);
        for (int bytes = 0; bytes < length; bytes += 97)
            Assert.Equal(-1, VisitorJson.Write(longest, message, far, new byte[bytes]));
        Assert.Equal(length, VisitorJson.Write(longest, message, far, new byte[length]));
    }

    [Fact]
    public void WritingAllocatesNothing()
    {
        var target = new byte[VisitorJson.BytesMax];
        var message = "a \"quoted\" message"u8.ToArray();
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 10_000; i++)
                VisitorJson.Write(Waiting, message, Opening, target);
        }));
    }

    private static string Write(in VisitorView view, string message, ComingOpening opening = default)
    {
        var target = new byte[VisitorJson.BytesMax];
        return Encoding.UTF8.GetString(target, 0, VisitorJson.Write(view, Encoding.UTF8.GetBytes(message), opening, target));
    }
}
