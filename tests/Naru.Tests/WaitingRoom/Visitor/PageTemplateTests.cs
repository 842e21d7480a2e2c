using System.Text;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Tests.WaitingRoom.Visitor;

public class PageTemplateTests
{
    private readonly List<PageFault> _template = [];
    private readonly List<PageFault> _messages = [];

    [Fact]
    public void AnOperatorsTemplateShowsWhatItAsksFor()
    {
        var page = Compile("<html lang={{lang}}><p>{{ ahead }} of {{room}}: {{messages.waiting.heading}}</p>{{unknown", null);
        Assert.Null(page);
        _template.Clear();
        page = Compile("<html lang={{lang}}><p>{{ ahead }} in {{room}}: {{messages.waiting.heading}}, {{messages.noscript}}</p>", null);
        Assert.Equal(
            "<html lang=ko><p>40,211 in concert: 대기 중입니다, 이 페이지는 8초마다 자동으로 새로고침됩니다. 순서를 유지하려면 쿠키가 필요합니다.</p>",
            Facts.Write(page!.In("ko"u8), Facts.Of(Facts.Waiting)));
    }

    [Theory]
    [InlineData("a\nb {{aheads}}", 2, "there is no placeholder '{{aheads}}'; did you mean 'ahead'?")]
    [InlineData("{{Ahead}}", 1, "did you mean 'ahead'?")]
    [InlineData("{{}}", 1, "there is no placeholder '{{}}'")]
    [InlineData("\n\n{{ahead\n}}", 3, "does not end")]
    [InlineData("{{messages.waiting.titel}}", 1, "no language has a message 'waiting.titel'")]
    [InlineData("<p>\n<script>var a = {{ahead}};</script>", 2, "a placeholder inside <script>")]
    [InlineData("<STYLE>p { width: {{progress}}% }</STYLE>", 1, "a placeholder inside <style>")]
    [InlineData("\n<b onclick=\"x()\">", 2, "no inline style or handler")]
    [InlineData("<b\n style='a'>", 1, "no inline style or handler")]
    [InlineData("<script src=\"/a.js\"></script>", 1, "loads nothing from elsewhere")]
    [InlineData("<img alt='a>b' src=/logo.png>", 1, "loads nothing from elsewhere")]
    [InlineData("<link rel=stylesheet href=https://x.example/a.css>", 1, "loads nothing from elsewhere")]
    [InlineData("<iframe src='https://x.example'></iframe>", 1, "loads nothing from elsewhere")]
    public void MistakesAreNamedWithTheirLine(string template, int line, string text)
    {
        Assert.Null(Compile(template, null));
        var fault = Assert.Single(_template);
        Assert.Equal(line, fault.Line);
        Assert.Contains(text, fault.Text);
        Assert.Empty(_messages);
    }

    [Theory]
    [InlineData("<a href=\"https://shop.example.com/help\">help</a>")]
    [InlineData("<img alt=\"\" src=\"data:image/png;base64,AA==\">")]
    [InlineData("<link rel=\"icon\" href=\"data:,\">")]
    [InlineData("<!-- <b onclick=1> -->")]
    [InlineData("<script>a.innerHTML = '<b onclick=\"x()\">';</script>")]
    [InlineData("<p>2 &lt; 3, style = calm, { } }} </p>")]
    public void WhatThePolicyAllowsIsAllowed(string template)
    {
        Assert.NotNull(Compile(template, null));
        Assert.Equal(template, Facts.Write(Compile(template, null)!.Pages[0], Facts.Of(Facts.Waiting)));
    }

    [Fact]
    public void AllMistakesAreToldTogether()
    {
        Assert.Null(Compile("{{a}}\n{{b}}\n<b style=x>", "{\"ko\": {\"nothing\": \"x\"}}"));
        Assert.Equal([1, 2, 3], _template.Select(f => f.Line).Order());
        Assert.Single(_messages);
    }

    [Fact]
    public void ThePolicyNamesTheOperatorsOwnScriptsToo()
    {
        var page = Compile("<script>let a;</script><style>p{}</style>{{style}}{{script}}", null);
        string fields = Encoding.ASCII.GetString(page!.Pages[0].FieldLines);
        Assert.Equal(2, fields.Split("script-src ")[1].Split(';')[0].Split(' ').Length);
        Assert.Equal(2, fields.Split("style-src ")[1].Split(';')[0].Split(' ').Length);
        Assert.Contains("script-src 'none'; style-src 'none'", Encoding.ASCII.GetString(Compile("<p>", null)!.Pages[0].FieldLines));
    }

    [Fact]
    public void ATemplateThatCouldOutgrowItsBufferIsRefused()
    {
        Assert.NotNull(Compile(new string('x', WaitingPage.BytesMax), null));
        Assert.Null(Compile(new string('x', WaitingPage.BytesMax) + "{{ahead}}", null));
        Assert.Contains("at most", Assert.Single(_template).Text);
    }

    [Fact]
    public void TheOperatorsWordsReplaceTheBuiltInOnesAndNewLanguagesFallBackToEnglish()
    {
        var page = Compile(null, """
            {
              // what everybody else reads
              "default": "ko",
              "ko": { "waiting.heading": "줄 서는 중 <3" },
              "ja": { "waiting.heading": "お並びください", "ahead": "あなたの前" },
            }
            """);
        Assert.NotNull(page);
        var facts = Facts.Of(Facts.Waiting);
        Assert.Contains(">줄 서는 중 &lt;3</h1>", Facts.Write(page.In("fr"u8), facts));
        string japanese = Facts.Write(page.In("ja-JP"u8), facts);
        Assert.Contains("<html lang=\"ja\">", japanese);
        Assert.Contains(">お並びください</h1>", japanese);
        Assert.Contains("Estimated wait", japanese);
        Assert.Contains(">You are in line</h1>", Facts.Write(page.In("en"u8), facts));
    }

    [Fact]
    public void TheOperatorsTemplateMayHaveMessagesOfItsOwn()
    {
        var page = Compile("<p>{{messages.help}}</p>", """{"default": "ko", "ko": {"help": "문의"}}""");
        Assert.NotNull(page);
        Assert.Equal("<p>문의</p>", Facts.Write(page.In("en"u8), Facts.Of(Facts.Waiting)));
    }

    [Theory]
    [InlineData("{\n \"ko\": {\n  \"waiting.headnig\": \"x\"\n }\n}", 3, "there is no message 'waiting.headnig'")]
    [InlineData("{\n \"ko\": {\n  \"ahead\": 3\n }\n}", 3, "a message is text")]
    [InlineData("{\n \"ko\": \"x\"}", 2, "give its messages as an object")]
    [InlineData("{\"k o\": {}}", 1, "no language tag")]
    [InlineData("{\n\"default\": \"fr\"}", 2, "there is no language 'fr'")]
    [InlineData("{\n\"default\": 3}", 2, "the tag of a language")]
    [InlineData("[]", 1, "a JSON object")]
    [InlineData("", 1, "this is no JSON")]
    [InlineData("{\n\"ko\": {\n\"ahead\" \"x\"}}", 3, "this is no JSON")]
    [InlineData("{} {}", 1, "this is no JSON")]
    [InlineData("{\"ko\": {\"ahead\": \"{haed} 명\"}}", 1, "there is no value '{haed}'")]
    public void MistakesInTheMessagesAreNamedWithTheirLine(string messages, int line, string text)
    {
        Assert.Null(Compile(null, messages));
        var fault = Assert.Single(_messages);
        Assert.Equal(line, fault.Line);
        Assert.Contains(text, fault.Text);
        Assert.Empty(_template);
    }

    [Fact]
    public void AMessageHasAnEnd()
    {
        Assert.Null(Compile(null, "{\"ko\": {\"ahead\": \"" + new string('x', 2_001) + "\"}}"));
        Assert.Contains("2,001 characters", Assert.Single(_messages).Text);
    }

    /// <summary>A message that one language lacks would be spoken in the other.</summary>
    [Fact]
    public void BothBuiltInLanguagesHaveEveryMessageWithTheSameValues()
    {
        foreach (string key in PageMessages.Keys)
        {
            string english = PageMessages.BuiltIn.Find("en", key)!;
            string korean = PageMessages.BuiltIn.Find("ko", key)!;
            Assert.Equal(Values(english), Values(korean));
            if (key is not ("format.group" or "ahead.unit"))
                Assert.NotEqual(english, korean);
        }

        static IEnumerable<string> Values(string text) =>
            System.Text.RegularExpressions.Regex.Matches(text, @"\{\w+\}").Select(m => m.Value).Order();
    }

    private WaitingPage? Compile(string? template, string? messages) => WaitingPage.TryCompile("concert", template, messages, _template, _messages);
}
