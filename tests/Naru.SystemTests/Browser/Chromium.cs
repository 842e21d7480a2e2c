using Microsoft.Playwright;

namespace Naru.SystemTests.Browser;

/// <summary>
/// Debian's Chromium, started once for the tests of a class. Each test has a profile of its own: cookies, storage, language.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Path = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Pictures of what the tests saw, to be looked at; overwritten by the next run.</summary>
    public static string Pictures { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "screenshots");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Pictures);
        _playwright = await Playwright.CreateAsync();
        // Root may not use the sandbox, and the only pages are those of the test.
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A visitor who has never been here.</summary>
    /// <param name="language">As the browser asks for it, such as <c>ko-KR</c>.</param>
    public Task<IBrowserContext> NewVisitorAsync(string language = "en-US", bool javaScript = true) =>
        _browser!.NewContextAsync(new()
        {
            Locale = language,
            JavaScriptEnabled = javaScript,
            TimezoneId = "Asia/Seoul",
            ViewportSize = new() { Width = 390, Height = 780 },
        });

    public static Task TakePictureAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = System.IO.Path.Combine(Pictures, $"{name}.png"), FullPage = true });
}
