namespace Naru.SystemTests;

[Collection<Alone>]
public class HarnessTests
{
    [Fact]
    public async Task TheProgramRelaysARequestAndCountsIt()
    {
        await using var origin = Origin.Saying("hello");
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners:
              - bind: {{web}}
                routes: [{ pool: web }]
            pools:
              web: { servers: [{{origin.Address}}] }
            """);
        using var client = await Wire.ConnectAsync(web);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");

        Assert.Equal("hello", (await client.ReadResponseAsync()).Text);
        // The record follows the answer; the log's line follows the record.
        var line = await naru.LogLineAsync(l => l.GetProperty("status").GetInt32() == 200, "status 200");
        Assert.Equal(1, await naru.EndsAsync("completed"));
        Assert.Equal("completed", line.GetProperty("reason").GetString());
    }
}
