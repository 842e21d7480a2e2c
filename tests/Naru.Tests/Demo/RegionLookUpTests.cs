using Naru.Demo;

namespace Naru.Tests.Demo;

public class RegionLookUpTests
{
    [Theory]
    [InlineData("Seoul", "Seoul | 서울특별시 | South Korea 대한민국\nend\n")]
    [InlineData("  seoul\r", "Seoul | 서울특별시 | South Korea 대한민국\nend\n")]
    [InlineData("서울", "Seoul | 서울특별시 | South Korea 대한민국\nend\n")]
    [InlineData("광주", "Gwangju | 광주광역시 | South Korea 대한민국\nGwangju-si | 광주시 | Gyeonggi 경기도\nend\n")]
    [InlineData("new", "New South Wales | 뉴사우스웨일스주 | Australia 오스트레일리아\nNew York | 뉴욕주 | United States 미국\nend\n")]
    [InlineData("Atlantis", "end\n")]
    [InlineData("", "end\n")]
    public void AnswerIsTheMatchingLinesThenEnd(string line, string answer) => Assert.Equal(answer, RegionDemoServer.Answer(line));

    [Fact]
    public void NamesAreUniqueAndHoldNoSeparator()
    {
        Assert.Equal(RegionTable.All.Length, RegionTable.All.Select(r => r.English).Distinct().Count());
        Assert.Equal(RegionTable.All.Length, RegionTable.All.Select(r => r.Korean).Distinct().Count());
        Assert.All(RegionTable.All, r => Assert.Equal(3, r.ToString().Split('|').Length));
        // The load reads an answer into 4 KiB.
        Assert.All(RegionTable.All, r => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(RegionDemoServer.Answer(r.Korean)), 1, 4096));
    }
}
