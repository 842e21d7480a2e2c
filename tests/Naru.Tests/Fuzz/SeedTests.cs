using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Tests.Http1;

namespace Naru.Tests.Fuzz;

/// <summary>Every seed gets the verdict that it is named after, and every verdict has a seed.</summary>
public class SeedTests
{
    /// <summary>They need messages of 8 to 64 KiB; HeadLimitTests makes these.</summary>
    private static readonly ParseResult[] Long = [ParseResult.TargetTooLong, ParseResult.TooManyFields, ParseResult.HeadTooLarge];

    private static readonly ParseResult[] OfRequestsAlone =
    [
        ParseResult.BadRequestLine, ParseResult.BadVersion, ParseResult.UnsupportedVersion,
        ParseResult.MethodTooLong, ParseResult.ConnectRefused, ParseResult.TraceRefused, ParseResult.BadTarget,
        ParseResult.BadEscape, ParseResult.PathAboveRoot, ParseResult.AmbiguousPath, ParseResult.UnderscoreInName, ParseResult.MissingHost,
        ParseResult.RepeatedHost, ParseResult.BadHost, ParseResult.UserInfo, ParseResult.BadConnectionOption, ParseResult.UnknownExpectation,
    ];

    [Fact]
    public void Requests() => Check("requests", Enum.GetValues<ParseResult>().Except(Long).Except([ParseResult.BadStatusLine]).Select(HttpError.Name), text =>
    {
        var (result, head) = Http1.Requests.Parse(text);
        if (result == ParseResult.Done)
            Forwarded.CheckRequest(Http1.Requests.Bytes(text), head);
        return HttpError.Name(result);
    });

    [Fact]
    public void Responses() => Check("responses", Enum.GetValues<ParseResult>().Except(Long).Except(OfRequestsAlone).Select(HttpError.Name), text =>
    {
        var (result, head) = Http1.Responses.Parse(text);
        if (result == ParseResult.Done)
            Forwarded.CheckResponse(Http1.Requests.Bytes(text), head, Method.Get);
        return HttpError.Name(result);
    });

    [Fact]
    public void Chunks() => Check("chunks", Enum.GetNames<ChunkedResult>().Except([nameof(ChunkedResult.TrailersTooLarge)]).Select(Dashed), text =>
        Dashed(new ChunkedDecoder().Decode(Http1.Requests.Bytes(text), new TrailerBuffer(), out _, out _).ToString()));

    private static void Check(string target, IEnumerable<string> verdicts, Func<string, string> judge)
    {
        var seeds = Seeds.Named(target).ToArray();
        Assert.All(seeds, seed => Assert.Equal((seed.File, seed.Verdict), (seed.File, judge(seed.Text))));
        Assert.Equal(verdicts.Order(), seeds.Select(s => s.Verdict).Distinct().Order());
    }

    private static string Dashed(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();
}
