using Microsoft.Playwright;
using Naru.Engine.Telemetry;
using static Microsoft.Playwright.Assertions;

namespace Naru.SystemTests.Browser;

/// <summary>The waiting room as people meet it: in a real browser, with what people do to browsers.</summary>
[Collection<Alone>]
public sealed class WaitingPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>A page asks every 2 to 2.6 s when its turn is near.</summary>
    private const float PatienceMs = 60_000;

    [Fact]
    public async Task VisitorWaitsAndIsLetInToThePageThatWasAskedFor()
    {
        await using var site = await BookingSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = await visitor.NewPageAsync();

        var response = await page.GotoAsync(site.Seats);

        Assert.Equal(503, response!.Status);
        Assert.Equal("private, no-store", response.Headers["cache-control"]);
        Assert.Equal("noindex", response.Headers["x-robots-tag"]);
        Assert.Equal("gzip", response.Headers["content-encoding"]);
        Assert.True(int.Parse(response.Headers["retry-after"]) > 0);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("You are in line");
        await Expect(Field(page, "ahead")).ToHaveTextAsync("0");
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveCountAsync(1);
        var number = await Field(page, "number").InnerTextAsync();
        await Chromium.TakePictureAsync(page, "waiting-en");
        await Axe.AssertOpenToAllAsync(page, "waiting-en");

        await page.ReloadAsync();
        Assert.Equal(number, await Field(page, "number").InnerTextAsync());
        Assert.Empty(site.Served);

        await site.LetInAsync();
        await ExpectShopAsync(page);
        Assert.Equal(site.Seats, page.Url);
        Assert.Equal(["/booking/seats?date=2"], site.Served);
        await Chromium.TakePictureAsync(page, "admitted");
    }

    [Fact]
    public async Task RoomThatIsNotFullIsNotSeen()
    {
        await using var site = await BookingSite.StartAsync(isFull: false);
        await using var visitor = await chromium.NewVisitorAsync();
        var page = await visitor.NewPageAsync();

        var response = await page.GotoAsync(site.Seats);

        Assert.Equal(200, response!.Status);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(BookingSite.Heading);
    }

    [Theory]
    [InlineData("ko-KR", "ko", "대기 중입니다")]
    [InlineData("en-GB", "en", "You are in line")]
    [InlineData("fr-FR", "en", "You are in line")]
    public async Task PageSpeaksTheLanguageOfTheBrowser(string asked, string spoken, string heading)
    {
        await using var site = await BookingSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync(asked);
        var page = await visitor.NewPageAsync();

        await page.GotoAsync(site.Seats);

        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", spoken);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);
        await Chromium.TakePictureAsync(page, $"waiting-{asked}");
    }

    [Fact]
    public async Task BrowserWithoutJavaScriptWaitsAndIsLetIn()
    {
        await using var site = await BookingSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync("ko-KR", javaScript: false);
        var page = await visitor.NewPageAsync();

        await page.GotoAsync(site.Seats);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("대기 중입니다");
        await Chromium.TakePictureAsync(page, "waiting-without-javascript");
        await site.LetInAsync();

        await ExpectShopAsync(page);
        Assert.Equal(site.Seats, page.Url);
    }

    /// <summary>A phone freezes the tab: no timer runs until somebody looks again.</summary>
    [Fact]
    public async Task HiddenTabThatWasFrozenTakesItsTurnWhenItIsLookedAt()
    {
        await using var site = await BookingSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = await visitor.NewPageAsync();
        await page.GotoAsync(site.Seats);
        await Expect(Field(page, "ahead")).ToHaveTextAsync("0");
        var browser = await visitor.NewCDPSessionAsync(page);

        await SetHiddenAsync(page, true);
        await browser.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "frozen" });
        await site.LetInAsync();
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        Assert.Empty(site.Served);
        await browser.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "active" });
        await SetHiddenAsync(page, false);

        await ExpectShopAsync(page);
    }

    /// <summary>A turn that nobody looks at takes no place inside; the title says that it is there.</summary>
    [Fact]
    public async Task HiddenTabTellsItsTurnInTheTitleAndWaitsForEyes()
    {
        await using var site = await BookingSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = await visitor.NewPageAsync();
        await page.Clock.InstallAsync();
        await page.GotoAsync(site.Seats);
        await SetHiddenAsync(page, true);

        await site.LetInAsync();

        await Expect(page).ToHaveTitleAsync("It is your turn!", new() { Timeout = PatienceMs });
        await Chromium.TakePictureAsync(page, "called");
        await Axe.AssertOpenToAllAsync(page, "called");
        var next = await page.RunAndWaitForResponseAsync(() => page.Clock.FastForwardAsync(10_000), r => r.Url.Contains("/.naru/", StringComparison.Ordinal));
        Assert.EndsWith("/me", next.Url, StringComparison.Ordinal);
        Assert.Empty(site.Served);
        Assert.Equal(1, (await site.RoomAsync()).Active);
        await SetHiddenAsync(page, false);
        await ExpectShopAsync(page);
    }

    [Fact]
    public async Task VisitorWhoGoesOfflineKeepsThePlaceAndComesBack()
    {
        await using var site = await BookingSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = await visitor.NewPageAsync();
        await page.GotoAsync(site.Seats);
        var number = await Field(page, "number").InnerTextAsync();

        await visitor.SetOfflineAsync(true);
        await Expect(page.GetByText("No connection. Your place is kept; we keep trying.").First).ToBeVisibleAsync(new() { Timeout = PatienceMs });
        await Chromium.TakePictureAsync(page, "offline");
        await Axe.AssertOpenToAllAsync(page, "offline");
        await visitor.SetOfflineAsync(false);
        await Expect(Field(page, "trouble")).ToBeHiddenAsync(new() { Timeout = PatienceMs });
        Assert.Equal(number, await Field(page, "number").InnerTextAsync());

        await site.LetInAsync();
        await ExpectShopAsync(page);
    }

    [Theory]
    [InlineData("en-US", "Please allow cookies for this site.")]
    [InlineData("ko-KR", "쿠키를 허용해 주세요.")]
    public async Task BrowserThatKeepsNoCookieIsToldSoAndTakesFewPlaces(string language, string told)
    {
        await using var site = await BookingSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync(language);
        var page = await visitor.NewPageAsync();
        using var refusing = new CancellationTokenSource();
        var refusal = RefuseCookiesAsync(visitor, refusing.Token);
        await page.GotoAsync(site.Seats);

        await Expect(Field(page, "trouble")).ToContainTextAsync(told, new() { Timeout = PatienceMs });
        // The answer to somebody without a place has no figures: none of them may stand on the page as theirs.
        foreach (string figure in new[] { "ahead", "eta", "number" })
            await Expect(Field(page, figure)).ToHaveTextAsync("\u2013");
        Assert.DoesNotContain("0", await page.TitleAsync(), StringComparison.Ordinal);
        await Chromium.TakePictureAsync(page, $"no-cookies-{language}");
        await Axe.AssertOpenToAllAsync(page, "no cookies");
        long joined = (await site.RoomAsync()).Counts.Joined;
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        Assert.Equal(joined, (await site.RoomAsync()).Counts.Joined);

        await refusing.CancelAsync();
        await refusal;
        for (int looks = 0; looks < 3; looks++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            await SetHiddenAsync(page, false);
        }

        await Expect(Field(page, "trouble")).ToBeHiddenAsync(new() { Timeout = PatienceMs });
        await site.LetInAsync();
        await ExpectShopAsync(page);
    }

    [Fact]
    public async Task TwoTabsShareOnePlace()
    {
        await using var site = await BookingSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var first = await visitor.NewPageAsync();
        var second = await visitor.NewPageAsync();

        await first.GotoAsync(site.Seats);
        await second.GotoAsync(site.Seats);

        Assert.Equal(await Field(first, "number").InnerTextAsync(), await Field(second, "number").InnerTextAsync());
        Assert.Equal(1, (await site.RoomAsync()).Counts.Joined);
        await site.LetInAsync();
        await Task.WhenAll(ExpectShopAsync(first), ExpectShopAsync(second));
        Assert.Equal(2, (await site.RoomAsync()).Active);
    }

    [Fact]
    public async Task BackButtonBringsNoStalePage()
    {
        await using var site = await BookingSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var page = await visitor.NewPageAsync();
        await page.GotoAsync(new Uri(new Uri(site.Seats), "/").ToString());
        await page.GotoAsync(site.Seats);
        var number = await Field(page, "number").InnerTextAsync();

        await page.GoBackAsync();
        await Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("/");
        await page.GoForwardAsync();
        await Expect(Field(page, "number")).ToHaveTextAsync(number);

        await site.LetInAsync();
        await ExpectShopAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Pay" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("/booking/pay");
        await page.GoBackAsync();
        await ExpectShopAsync(page);
    }

    [Fact]
    public async Task OperatorsWordsAndPausesReachThePage()
    {
        await using var site = await BookingSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync("ko-KR");
        var page = await visitor.NewPageAsync();
        await page.GotoAsync(site.Seats);

        await site.ControlAsync(RoomAction.Message, """{"message":"<b>1층</b> 좌석은 매진되었습니다"}""");
        await site.ControlAsync(RoomAction.Pause);
        await Expect(Field(page, "message")).ToHaveTextAsync("<b>1층</b> 좌석은 매진되었습니다", new() { Timeout = PatienceMs });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("입장이 잠시 멈췄습니다", new() { Timeout = PatienceMs });
        await Chromium.TakePictureAsync(page, "paused-ko");
        await Axe.AssertOpenToAllAsync(page, "paused-ko");
        await site.LetInAsync();
        await site.ControlAsync(RoomAction.Resume);

        await ExpectShopAsync(page);
    }

    /// <summary>No script knows the visitor's zone, so the operator's counts, and it is said which that is.</summary>
    [Theory]
    [InlineData("en-US", "Opens at")]
    [InlineData("ko-KR", "시작 시각")]
    public async Task WithoutJavaScriptTheOpeningIsToldInTheZoneOfTheOperator(string language, string label)
    {
        await using var site = await BookingSite.StartAsync("    opens: 2126-12-01T20:00:00-03:30", isFull: false);
        await using var visitor = await chromium.NewVisitorAsync(language, javaScript: false);
        var page = await visitor.NewPageAsync();
        await page.GotoAsync(site.Seats);
        await Expect(page.Locator(".opening .eta")).ToHaveTextAsync($"{label} 2126-12-01 20:00 (UTC-03:30)");
        await Chromium.TakePictureAsync(page, $"scheduled-without-javascript-{language}");
    }

    [Fact]
    public async Task VisitorsBeforeTheOpeningSeeTheClockAndAreLetInAfterIt()
    {
        var opens = DateTimeOffset.UtcNow.AddSeconds(7);
        await using var site = await BookingSite.StartAsync($"    opens: {opens:yyyy-MM-dd'T'HH:mm:ss}Z\n    prequeue: 1m", isFull: false);
        await using var visitor = await chromium.NewVisitorAsync();
        var page = await visitor.NewPageAsync();

        var response = await page.GotoAsync(site.Seats);

        Assert.Equal(503, response!.Status);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("You are here in time");
        await Expect(page.GetByRole(AriaRole.Timer)).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^00:0[0-7]$"));
        await Chromium.TakePictureAsync(page, "prequeue");
        await Axe.AssertOpenToAllAsync(page, "prequeue");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(BookingSite.Heading, new() { Timeout = PatienceMs });
        Assert.True(DateTimeOffset.UtcNow >= opens.AddSeconds(-1), "nobody is inside before the doors open");
    }

    private static async Task RefuseCookiesAsync(IBrowserContext visitor, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await visitor.ClearCookiesAsync();
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static ILocator Field(IPage page, string name) => page.Locator($"[data-field={name}]").First;

    private static Task ExpectShopAsync(IPage page) =>
        Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(BookingSite.Heading, new() { Timeout = PatienceMs });

    /// <summary>A headless browser shows every tab at once, so the page is told what a tab in the background is told.</summary>
    private static async Task SetHiddenAsync(IPage page, bool isHidden) => await page.EvaluateAsync(
        """
        hidden => {
            Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
            Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => hidden ? 'hidden' : 'visible' });
            document.dispatchEvent(new Event('visibilitychange'));
        }
        """, isHidden);
}
