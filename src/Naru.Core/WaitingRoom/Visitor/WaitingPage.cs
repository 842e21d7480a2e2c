using System.Text;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// The waiting page of one room, in every language it has: the built-in template or the operator's, compiled once.
/// Owner: the room, per configuration. Thread: any; immutable.
/// </summary>
public sealed class WaitingPage
{
    /// <summary>No page becomes longer for any visitor; a template that could is refused.</summary>
    public const int BytesMax = 72 * 1024;

    private readonly byte[][] _tags;
    private readonly LocalizedPage[] _pages;

    private WaitingPage(string room, PageTemplate template, PageMessages messages)
    {
        _tags = [.. messages.Languages.Select(Encoding.ASCII.GetBytes)];
        _pages = [.. messages.Languages.Select(l => new LocalizedPage(room, l, template, messages))];
    }

    /// <param name="template">The operator's; null: the built-in one.</param>
    /// <param name="messages">The operator's file; null: the built-in ones.</param>
    /// <param name="templateFaults">Mistakes in the template are added here,</param>
    /// <param name="messageFaults">those in the messages here.</param>
    /// <returns>Null when there was any mistake.</returns>
    public static WaitingPage? TryCompile(string room, string? template, string? messages, List<PageFault> templateFaults, List<PageFault> messageFaults)
    {
        var words = messages == null ? PageMessages.BuiltIn : PageMessages.Read(messages, messageFaults);
        var compiled = PageTemplate.Read(template ?? PageSources.Html, words, templateFaults);
        foreach (var (key, line) in words.Added)
            if (!compiled.MessageKeys.Contains(key))
                messageFaults.Add(new PageFault(line, $"there is no message '{key}', and the template shows none of that name"));
        if (templateFaults.Count > 0 || messageFaults.Count > 0)
            return null;
        var page = new WaitingPage(room, compiled, words);
        int bytes = page._pages.Max(p => p.BytesMax);
        if (bytes <= BytesMax)
            return page;
        templateFaults.Add(new PageFault(1, $"the page can become {bytes:N0} bytes long, at most {BytesMax:N0}; what is large, such as a picture, makes every refresh large"));
        return null;
    }

    /// <summary>The built-in page in the built-in languages.</summary>
    public static WaitingPage BuiltIn(string room) => TryCompile(room, null, null, [], [])!;

    public IReadOnlyList<LocalizedPage> Pages => _pages;

    /// <param name="acceptLanguage">Value of Accept-Language; empty: none was sent.</param>
    public LocalizedPage In(ReadOnlySpan<byte> acceptLanguage) => _pages[AcceptLanguage.Choose(acceptLanguage, _tags)];
}
