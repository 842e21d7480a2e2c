using Naru.Tests.Config;

namespace Naru.Tests.Documents;

/// <summary>A page of docs/ and its Korean translation say the same, as far as a program can tell.</summary>
public class TranslationTests
{
    /// <summary>What is measured changes with every run of the benchmark and is kept in one language.</summary>
    private static readonly string[] EnglishAlone = ["performance.md"];

    public static TheoryData<string> Pages => [.. Names().Where(name => File.Exists(PathOf(Korean(name))))];

    [Fact]
    public void EveryPageIsTranslated() =>
        Assert.Equal(EnglishAlone, Names().Where(name => !File.Exists(PathOf(Korean(name)))));

    [Fact]
    public void EveryTranslationHasItsPage() =>
        Assert.All(Directory.GetFiles(PathOf(""), "*.ko.md"), path => Assert.True(File.Exists(path.Replace(".ko.md", ".md", StringComparison.Ordinal)), path));

    /// <summary>Headings by level, paragraphs, rows of tables with their cells, and blocks of code with their lines.</summary>
    [Theory, MemberData(nameof(Pages))]
    public void BothLanguagesHaveTheSameStructure(string name)
    {
        var (english, korean) = (Read(name), Read(Korean(name)));
        foreach (var (e, k) in english.Blocks.Zip(korean.Blocks))
            if (e.Kind != k.Kind)
                Fail(name, e, k, $"{e.Kind}, but {k.Kind}");
        Assert.True(english.Blocks.Count == korean.Blocks.Count, $"docs/{name} and docs/{Korean(name)}: one goes on where the other ends.");
    }

    [Theory, MemberData(nameof(Pages))]
    public void BothLanguagesHaveTheSameCodeSpans(string name)
    {
        foreach (var (e, k) in Pairs(name).Where(pair => !pair.English.IsCode))
        {
            var (inEnglish, inKorean) = (MarkdownPage.CodeSpans(e.Text).ToList(), MarkdownPage.CodeSpans(k.Text).ToList());
            if (!inEnglish.SequenceEqual(inKorean))
                Fail(name, e, k, $"only in English {Without(inEnglish, inKorean)}, only in Korean {Without(inKorean, inEnglish)}");
        }
    }

    /// <summary>Korean has digits where English has words ("half a minute"), so only the numbers of the English page are looked for.</summary>
    [Theory, MemberData(nameof(Pages))]
    public void EveryNumberIsTranslated(string name)
    {
        foreach (var (e, k) in Pairs(name).Where(pair => !pair.English.IsCode))
        {
            var missing = Without([.. MarkdownPage.Numbers(e.Text)], [.. MarkdownPage.Numbers(k.Text)]);
            if (missing.Length > 0)
                Fail(name, e, k, $"only in English {missing}");
        }
    }

    [Theory, MemberData(nameof(Pages))]
    public void CellsWithoutKoreanAreTheSame(string name)
    {
        foreach (var (e, k) in Pairs(name).Where(pair => pair.English.IsRow))
            foreach (var (inEnglish, inKorean) in MarkdownPage.Cells(e.Text).Zip(MarkdownPage.Cells(k.Text)))
                if (inEnglish != inKorean && !MarkdownPage.IsKorean(inKorean))
                    Fail(name, e, k, $"'{inEnglish}' in English, '{inKorean}' in Korean");
    }

    [Theory, MemberData(nameof(Pages))]
    public void CodeIsTheSameUpToItsRemarks(string name)
    {
        foreach (var (e, k) in Pairs(name).Where(pair => pair.English.IsCode && pair.English.Text != pair.Korean.Text))
            if (!MarkdownPage.IsKorean(k.Text) || !MarkdownPage.IsKorean(MarkdownPage.Said(k.Text)) && MarkdownPage.Said(e.Text) != MarkdownPage.Said(k.Text))
                Fail(name, e, k, "other code");
    }

    [Theory, MemberData(nameof(Pages))]
    public void EachLanguageLinksTheOtherBelowTheTitle(string name)
    {
        Assert.Equal($"**한국어**: [{Korean(name)}]({Korean(name)})", Read(name).Blocks[1].Text);
        Assert.Equal($"**English**: [{name}]({name})", Read(Korean(name)).Blocks[1].Text);
    }

    [Theory, MemberData(nameof(Pages))]
    public void KoreanPagesLinkKoreanPages(string name)
    {
        var english = Read(Korean(name)).Links().Skip(1).Where(link => Pages.Any(page => link.Split('#')[0] == page.Data));
        Assert.Empty(english);
    }

    [Fact]
    public void LinksLeadSomewhere()
    {
        foreach (var path in (string[])[.. Directory.GetFiles(Repository.PathOf(), "*.md"), .. Directory.GetFiles(PathOf(""), "*.md")])
            foreach (var link in new MarkdownPage(File.ReadAllText(path)).Links())
            {
                var parts = link.Split('#');
                var target = parts[0].Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, parts[0]);
                Assert.True(Path.Exists(target), $"{path}: there is no {link}");
                if (parts.Length > 1)
                    Assert.True(new MarkdownPage(File.ReadAllText(target)).Anchors().Contains(parts[1]), $"{path}: no heading {link}");
            }
    }

    private static IEnumerable<(MarkdownPage.Block English, MarkdownPage.Block Korean)> Pairs(string name) =>
        Read(name).Blocks.Zip(Read(Korean(name)).Blocks);

    private static void Fail(string name, MarkdownPage.Block english, MarkdownPage.Block korean, string what) =>
        Assert.Fail($"docs/{name}:{english.Line} and docs/{Korean(name)}:{korean.Line} differ: {what}\n{english.Text}\n{korean.Text}");

    /// <summary>The first list without the second, each element of which takes away one.</summary>
    private static string Without(List<string> from, List<string> taken)
    {
        List<string> rest = [.. from];
        taken.ForEach(t => rest.Remove(t));
        return string.Join(' ', rest);
    }

    private static IEnumerable<string> Names() =>
        Directory.GetFiles(PathOf(""), "*.md").Select(path => Path.GetFileName(path)!)
            .Where(name => !name.EndsWith(".ko.md", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static string Korean(string name) => name.Replace(".md", ".ko.md", StringComparison.Ordinal);

    private static string PathOf(string name) => Repository.PathOf("docs", name);

    private static MarkdownPage Read(string name) => new(File.ReadAllText(PathOf(name)));
}
