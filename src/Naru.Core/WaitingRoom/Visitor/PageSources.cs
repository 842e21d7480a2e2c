namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>The built-in page, as it lies in <c>ui/waiting</c>; built into the program.</summary>
internal static class PageSources
{
    public static string Html { get; } = Read("waiting.html");

    public static string Style { get; } = Read("waiting.css");

    public static string Script { get; } = Read("waiting.js");

    public static string Messages(string language) => Read($"messages.{language}.json");

    private static string Read(string name)
    {
        using var stream = typeof(PageSources).Assembly.GetManifestResourceStream($"waiting/{name}")
            ?? throw new InvalidOperationException($"The program lacks its own waiting/{name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
