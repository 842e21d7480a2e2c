using Spectre.Console;
using Spectre.Console.Rendering;

namespace Naru.Demo;

/// <summary>
/// The whole terminal, as long as it lives: the alternate screen without a cursor. Frames are written over each other in
/// one piece, which does not flicker; what was on the screen before comes back at the end.
/// </summary>
internal sealed class DemoScreen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l\e[2J";
    private const string Leave = "\e[H\e[2J\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string ClearToEndOfLine = "\e[K";
    private const string ClearBelow = "\e[J";

    // What a terminal has that does not know its size, and says 0 (a pseudo-terminal that nobody has sized).
    private const int WidthUsual = 80;
    private const int HeightUsual = 24;

    private readonly StringWriter _frame = new();
    private readonly IAnsiConsole _renderer;

    public DemoScreen()
    {
        var capabilities = AnsiConsole.Profile.Capabilities;
        _renderer = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(_frame),
        });
        _renderer.Profile.Capabilities.ColorSystem = capabilities.ColorSystem;
        _renderer.Profile.Capabilities.Unicode = capabilities.Unicode;
        Console.Out.Write(Enter);
    }

    public static bool IsUsable => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    public void Show(Func<int, int, IRenderable> draw)
    {
        var width = Console.WindowWidth is > 0 and var columns ? columns : WidthUsual;
        var height = Console.WindowHeight is > 0 and var rows ? rows : HeightUsual;
        _renderer.Profile.Width = width;
        _renderer.Profile.Height = height;
        _renderer.Write(draw(width, height));
        // Each line clears what a longer one of the last frame has left.
        Console.Out.Write(Home + _frame.ToString().Replace("\n", ClearToEndOfLine + "\n", StringComparison.Ordinal) + ClearBelow);
        _frame.GetStringBuilder().Clear();
    }

    public void Dispose()
    {
        Console.Out.Write(Leave);
        _frame.Dispose();
    }
}
