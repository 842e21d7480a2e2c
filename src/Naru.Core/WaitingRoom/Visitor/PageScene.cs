namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>What the page as a whole shows; each has its own title, heading and lead among the messages.</summary>
internal enum PageScene : byte
{
    Scheduled,
    Prequeue,
    Waiting,
    Paused,
    Called,
    Admitted,
    Closed,
    Held,
    Slowed,
}

internal static class PageScenes
{
    public static readonly string[] Names = [.. Enum.GetNames<PageScene>().Select(n => n.ToLowerInvariant())];

    private static readonly byte[][] Utf8 = [.. Names.Select(System.Text.Encoding.ASCII.GetBytes)];

    public static ReadOnlySpan<byte> Utf8Name(this PageScene scene) => Utf8[(int)scene];
}
