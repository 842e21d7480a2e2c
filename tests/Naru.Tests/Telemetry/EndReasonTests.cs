using System.Text;
using System.Text.RegularExpressions;
using Naru.Core.Telemetry;

namespace Naru.Tests.Telemetry;

public partial class EndReasonTests
{
    /// <summary>Log readers and dashboards hold on to these: a change here is a visible decision.</summary>
    private const string Snapshot = """
        access-denied 403 Client
        address-limit 429 Client
        bad-proxy-header 0 Client
        bad-request 400 Client
        bad-request-body 400 Client
        body-too-large 413 Client
        client-aborted 0 Client
        client-timeout-body 408 Client
        client-timeout-header 408 Client
        client-timeout-send 0 Client
        client-too-slow 408 Client
        completed 0 Nobody
        connect-failed 502 Server
        connect-timeout 504 Server
        connection-limit 503 Naru
        expectation-failed 417 Client
        first-byte-timeout 504 Server
        head-too-large 431 Client
        internal-error 500 Naru
        method-not-allowed 405 Client
        no-route 404 Client
        no-server 503 Server
        not-implemented 501 Client
        queue-full 503 Server
        queue-timeout 503 Server
        redirected 0 Nobody
        relay-client-reset 0 Client
        relay-completed 0 Nobody
        relay-idle-timeout 0 Nobody
        relay-server-reset 0 Server
        responded 0 Nobody
        room-answered 0 Nobody
        room-closed 503 Naru
        room-refused 429 Client
        shutdown 0 Naru
        upstream-bad-body 0 Server
        upstream-bad-response 502 Server
        upstream-cut 0 Server
        upstream-idle-timeout 0 Server
        upstream-reset 502 Server
        uri-too-long 414 Client
        version-not-supported 505 Client
        waiting 0 Nobody
        """;

    [Fact]
    public void NamesStatusesAndFaultsAreAsPublished() => Assert.Equal(
        Snapshot.ReplaceLineEndings("\n"),
        string.Join('\n', Enum.GetValues<EndReason>().Select(r => $"{r.Name()} {r.Status()} {r.Fault()}").Order(StringComparer.Ordinal)));

    [Fact]
    public void EveryReasonHasItsOwnNameSpelledAsTheReason()
    {
        var reasons = Enum.GetValues<EndReason>();
        Assert.Equal(reasons.Length, EndReasons.Count);
        Assert.Equal(reasons.Length, reasons.Select(r => r.Name()).Distinct().Count());
        foreach (var reason in reasons)
        {
            Assert.Equal(Hump().Replace(reason.ToString(), "-$0").TrimStart('-').ToLowerInvariant(), reason.Name());
            Assert.Equal(reason.Name(), Encoding.UTF8.GetString(reason.Utf8Name()));
        }
    }

    [Fact]
    public void NothingThatWentWellIsAnybodysFaultOrAnError() =>
        Assert.All(Enum.GetValues<EndReason>(), r => Assert.True(r.Status() is 0 or (>= 400 and < 600) && (r.Fault() != EndFault.Nobody || r.Status() == 0)));

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Hump();
}
