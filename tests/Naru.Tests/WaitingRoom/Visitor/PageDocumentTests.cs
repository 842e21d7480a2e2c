using System.Text;
using Naru.Core.WaitingRoom.Visitor;
using Naru.Tests.WaitingRoom.Proof;

namespace Naru.Tests.WaitingRoom.Visitor;

/// <summary>What docs/waiting-room-page.md and samples/waiting-room say is so.</summary>
public class PageDocumentTests
{
    private static readonly string Document = Read("docs/waiting-room-page.md");

    [Fact]
    public void TheSampleCompilesAndSpeaksItsLanguages()
    {
        List<PageFault> template = [], messages = [];
        var page = WaitingPage.TryCompile("concert", Read("samples/waiting-room/page.html"), Read("samples/waiting-room/messages.json"), template, messages);
        Assert.Empty(template);
        Assert.Empty(messages);
        Assert.Equal(["ko", "en", "ja"], page!.Pages.Select(p => p.Language));
        string html = Facts.Write(page.In("ja"u8), Facts.Of(Facts.Waiting));
        Assert.Contains("順番をお待ちください", html);
        Assert.Contains("<title>40,211人待ち</title>", html);
    }

    /// <summary>The script reads these marks; a template without one of them would not move.</summary>
    [Fact]
    public void TheSampleHasTheMarksOfTheBuiltInPage()
    {
        string built = Facts.Write(WaitingPage.BuiltIn("concert").Pages[0], Facts.Of(Facts.Waiting));
        string body = built[built.IndexOf("<body", StringComparison.Ordinal)..];
        body = body[..(body.IndexOf('>') + 1)];
        var page = WaitingPage.TryCompile("concert", Read("samples/waiting-room/page.html"), Read("samples/waiting-room/messages.json"), [], []);
        Assert.Contains(body, Facts.Write(page!.Pages[0], Facts.Of(Facts.Waiting)));
    }

    [Fact]
    public void EveryPlaceholderIsDocumented() =>
        Assert.All(PageFields.InTemplates.Keys, name => Assert.Contains($"`{{{{{name}}}}}`", Document));

    [Fact]
    public void EveryFieldOfTheScriptIsDocumented()
    {
        var fields = System.Text.RegularExpressions.Regex.Matches(PageSources.Html, "data-field=\"(\\w+)\"").Select(m => m.Groups[1].Value).ToHashSet();
        string told = Document.Split("elements with `data-field`: `")[1].Split('`')[0];
        Assert.Equal(fields.Order(), told.Split(' ').Order());
    }

    /// <summary>The script comes back earlier by this much when the work is done.</summary>
    [Fact]
    public void TheScriptKnowsWhatTheWorkIsWorth() =>
        Assert.Contains($"+at.poll - {Naru.Core.WaitingRoom.Joins.ProofOfWork.UnsolvedExtraMs} -", PageSources.Script);

    [Fact]
    public void TheCookiesInTheDocumentAreThoseOfTheProgram()
    {
        using var proof = new Naru.Core.WaitingRoom.Proof.RoomProof(Samples.Keys());
        Assert.Contains($"naru-ticket-concert={Encoding.ASCII.GetString(Samples.Write(proof.Tickets, Samples.Ticket))}\n", Document);
        Assert.Contains($"naru-pass-concert={Encoding.ASCII.GetString(Samples.Write(proof.Passes, Samples.Pass))}\n", Document);
        Assert.Contains($"`naru-ticket-ROOM` | {Naru.Core.WaitingRoom.Proof.TicketCodec.ValueBytes} |", Document);
        Assert.Contains($"`naru-pass-ROOM` | {Naru.Core.WaitingRoom.Proof.PassCodec.ValueBytes} |", Document);
        Assert.Contains($"`naru-slip-ROOM` | {Naru.Core.WaitingRoom.Joins.SlipCodec.ValueBytes} |", Document);
    }

    [Fact]
    public void TheDrawInTheDocumentIsThatOfTheProgram()
    {
        var seed = new byte[Naru.Core.WaitingRoom.Draw.SeedBytes];
        var permutation = new Naru.Core.WaitingRoom.KeyedPermutation(seed, 1_000_000);
        Assert.Contains($"P(0) = {permutation.Map(0)}, P(1) = {permutation.Map(1)}, P(2) = {permutation.Map(2)} and P(999999) = {permutation.Map(999_999)};", Document);
        Assert.Contains($"\"commitment\":\"{Convert.ToHexStringLower(Naru.Core.WaitingRoom.Draw.Commitment(seed))}\"", Document);
        Assert.Contains($"the last {DrawsJson.DrawsMax} at most", Document);
    }

    private static string Read(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "naru.slnx")))
                return File.ReadAllText(Path.Combine(folder.FullName, path));
        throw new InvalidOperationException("The tests do not run inside a checkout.");
    }
}
