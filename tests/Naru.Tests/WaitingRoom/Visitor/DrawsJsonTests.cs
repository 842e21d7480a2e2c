using System.Text;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Tests.WaitingRoom.Visitor;

public class DrawsJsonTests
{
    private const string Hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    /// <summary>Who checks a draw reads this: a change of the shape is a visible decision.</summary>
    [Fact]
    public void TheShapeIsFixed()
    {
        Assert.Equal("""{"commitment":null,"draws":[]}""", Write(null));
        Assert.Equal("""{"commitment":null,"draws":[]}""", Write(View()));
        Assert.Equal(
            $$"""{"commitment":"{{Hex}}","draws":[{"first":801,"count":3,"seed":"{{Hex}}"},{"first":1,"count":800,"seed":"{{Hex}}"}]}""",
            Write(View(Facts.Seed, new Draw(1, 801, Facts.Seed), new Draw(801, 804, Facts.Seed))));
    }

    [Fact]
    public void TheNewestOfManyAreToldAndFit()
    {
        var draws = Enumerable.Range(0, 1_000).Select(i => new Draw((1L << 47) + i, (1L << 47) + i + 1, Facts.Seed)).ToArray();
        string json = Write(View(Facts.Seed, draws));
        Assert.Equal(DrawsJson.DrawsMax, json.Split("\"seed\"").Length - 1);
        Assert.Contains($"\"draws\":[{{\"first\":{draws[^1].From},\"count\":1,", json, StringComparison.Ordinal);
        Assert.Equal(-1, DrawsJson.Write(View(Facts.Seed, draws), new byte[json.Length - 1]));
    }

    private static RoomView View(byte[]? commitment = null, params Draw[] draws) => new()
    {
        Settings = new RoomSettings { Name = "shop" },
        Controls = RoomControls.None,
        NextCommitment = commitment,
        DrawTable = draws,
    };

    private static string Write(RoomView? view)
    {
        var target = new byte[DrawsJson.BytesMax];
        return Encoding.ASCII.GetString(target, 0, DrawsJson.Write(view, target));
    }
}
