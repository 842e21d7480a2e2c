using System.Text;

namespace Naru.Demo;

/// <summary>The ticket shop behind the waiting room: one page for those who are in, and a way out that ends the session.</summary>
internal sealed class ShopDemoServer(string name, TimeSpan delay) : HttpDemoServer(name, delay)
{
    public const string LeavePath = "/leave";

    /// <summary>The header by which an origin gives a place in the room back.</summary>
    private const string Release = "Naru-Waiting-Room: release\r\n";

    protected override Answer Reply(ReadOnlySpan<byte> head)
    {
        var isLeaving = head.StartsWith("GET /leave "u8);
        var isKorean = Encoding.ASCII.GetString(head).Contains("\r\nAccept-Language: ko", StringComparison.OrdinalIgnoreCase);
        return new Answer(Page(isLeaving, isKorean), "text/html; charset=utf-8", isLeaving ? Release : "");
    }

    private static string Page(bool isLeaving, bool isKorean)
    {
        var (lang, title, text, link) = (isLeaving, isKorean) switch
        {
            (false, false) => ("en", "You are in", "This is the ticket shop. Your place is kept as long as you come back within 30 seconds.", "<a href=\"/leave\">Leave the shop</a>"),
            (false, true) => ("ko", "입장하셨습니다", "여기는 표 가게입니다. 30초 안에 다시 요청하시면 자리가 유지됩니다.", "<a href=\"/leave\">가게에서 나가기</a>"),
            (true, false) => ("en", "Goodbye", "Your place in the shop is free for somebody else.", "<a href=\"/\">Come again, at the end of the line</a>"),
            (true, true) => ("ko", "안녕히 가세요", "가게 안의 자리를 다음 분에게 넘겼습니다.", "<a href=\"/\">줄 끝에서 다시 기다리기</a>"),
        };
        return $$"""
            <!doctype html><html lang="{{lang}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{title}}</title>
            <style>:root{color-scheme:light dark}body{font:1.1rem/1.6 system-ui,sans-serif;max-width:32rem;margin:18vh auto;padding:0 1.5rem}</style>
            <h1>{{title}}</h1><p>{{text}}<p>{{link}}</html>
            """;
    }
}
