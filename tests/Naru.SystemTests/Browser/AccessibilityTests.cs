using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.SystemTests.Browser;

/// <summary>Every state of the page, as the room writes it, in English by day and in Korean by night; also the sample of an own page.</summary>
[Collection<Alone>]
public sealed class AccessibilityTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const long NowMs = 1_796_122_800_000;

    private static readonly VisitorView Waiting = new(VisitorState.Waiting, 812_345, 40_211, 2_280, 2_820, 60_000, false, 7);

    private static readonly string[] Scenes =
        ["scheduled", "prequeue", "waiting", "drawn", "paused", "called", "admitted", "closed", "held", "slowed", "resend", "resend-admitted", "message"];

    [Theory]
    [InlineData("en", ColorScheme.Light, null)]
    [InlineData("ko", ColorScheme.Dark, null)]
    [InlineData("ko", ColorScheme.Light, "samples/waiting-room")]
    public async Task EveryStateIsOpenToEverybody(string language, ColorScheme scheme, string? sample)
    {
        var page = sample == null ? WaitingPage.BuiltIn("concert")
            : WaitingPage.TryCompile("concert", Read($"{sample}/page.html"), Read($"{sample}/messages.json"), [], [])!;
        await using var site = new Origin(connection => ServeAsync(connection, page.In(Encoding.ASCII.GetBytes(language))));
        await using var visitor = await chromium.NewVisitorAsync(language);
        var tab = await visitor.NewPageAsync();
        string name = sample == null ? "state" : "sample";
        await tab.EmulateMediaAsync(new() { ColorScheme = scheme });
        foreach (var scene in Scenes)
        {
            await tab.GotoAsync($"http://{site.Address}/{scene}");
            await Axe.AssertOpenToAllAsync(tab, $"{name} {language} {scene}");
            await Chromium.TakePictureAsync(tab, $"{name}-{language}-{scene}");
        }
    }

    private static async Task ServeAsync(OriginConnection connection, LocalizedPage page)
    {
        while (await connection.NextRequestAsync() is { } request)
        {
            var target = new byte[WaitingPage.BytesMax];
            string scene = request.Target[1..];
            if (!Scenes.Contains(scene))
            {
                // The page is looked at as it is: nothing that it asks is answered.
                await connection.ReadToEndAsync();
                return;
            }

            int length = page.WriteGzip(Facts(scene), target);
            await connection.SendAsync(string.Create(CultureInfo.InvariantCulture,
                $"HTTP/1.1 503 x\r\nContent-Type: text/html; charset=utf-8\r\n{Encoding.ASCII.GetString(page.GzipFieldLines)}Content-Length: {length}\r\n\r\n"));
            await connection.SendAsync(target.AsMemory(0, length));
        }
    }

    private static VisitorFacts Facts(string scene)
    {
        bool isBefore = scene is "scheduled" or "prequeue";
        return new()
        {
            View = scene switch
            {
                "scheduled" or "closed" => Waiting with { State = VisitorState.Closed },
                "prequeue" => Waiting with { State = VisitorState.Prequeue, Ahead = 0 },
                "called" => Waiting with { State = VisitorState.Called, Ahead = 0 },
                "admitted" or "resend-admitted" => Waiting with { State = VisitorState.Admitted, Ahead = 0 },
                "held" or "slowed" => Waiting with { State = VisitorState.Unknown, Number = 0, Ahead = 0 },
                _ => Waiting with { Paused = scene == "paused" },
            },
            Phase = scene switch { "scheduled" => RoomPhase.Scheduled, "prequeue" => RoomPhase.Prequeue, "closed" => RoomPhase.Closed, _ => RoomPhase.Open },
            NowMs = NowMs,
            IssuedMs = NowMs - 1_500_000,
            OpensMs = isBefore ? NowMs + 754_000 : 0,
            OpensOffset = TimeSpan.FromHours(9),
            Host = "shop.example.com"u8,
            NoPlace = scene == "slowed" ? NoPlace.Slowed : NoPlace.None,
            Commitment = isBefore ? new byte[32] : default,
            Seed = scene == "drawn" ? new byte[32] : default,
            MustResend = scene.StartsWith("resend", StringComparison.Ordinal),
            Message = scene == "message" ? "1층 좌석은 매진되었습니다.\nThe ground floor is sold out."u8 : default,
        };
    }

    private static string Read(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "naru.slnx")))
                return File.ReadAllText(Path.Combine(folder.FullName, path));
        throw new InvalidOperationException("The tests do not run inside a checkout.");
    }
}
