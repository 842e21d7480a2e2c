using System.Text;
using Naru.Engine.Workers;

namespace Naru.Tests.Workers;

public class WorkerPartsTests
{
    [Fact]
    public void RequestIdsAreHexAndNeverTheSame()
    {
        var seen = new HashSet<string>();
        Span<byte> id = stackalloc byte[32];
        for (int worker = 0; worker < 4; worker++)
        {
            var ids = new RequestIds();
            for (int i = 0; i < 5000; i++)
            {
                ids.Next(id);
                string text = Encoding.ASCII.GetString(id);
                Assert.True(text.All(char.IsAsciiHexDigitLower), text);
                Assert.True(seen.Add(text), text);
            }
        }
    }

    [Fact]
    public void DateIsWrittenAsHttpDemandsAndOnceASecond()
    {
        var date = new HttpDate();
        string text = Encoding.ASCII.GetString(date.At(5000));
        Assert.Equal(29, text.Length);
        var parsed = DateTimeOffset.ParseExact(text, "r", System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(DateTimeOffset.UtcNow - parsed, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(3));
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int ms = 5000; ms < 5999; ms++)
            _ = date.At(ms);
        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), date.UnixTimeMs(6000), 1000d);
        Assert.Equal(date.UnixTimeMs(6000) + 500, date.UnixTimeMs(6500));
    }
}
