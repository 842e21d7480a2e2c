namespace Naru.Rehearsal;

/// <summary>The style sheet of the report, in the page itself: the file is all there is.</summary>
internal static class ReportStyle
{
    /// <summary>
    /// Three hues that stay apart for colour-blind readers, in light and in dark (the blue, vermilion and green of Okabe and
    /// Ito, Color Universal Design, 2008, shifted for contrast); bounds are told apart by their dashes as well.
    /// </summary>
    public const string Css = """
        :root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1c2330;--soft:#5b6678;--rule:#dfe4ea;--a:#0b6bb8;--b:#c8500a;--c:#0a8466;--bound:#3b4657;--band:#c8500a1f;--good:#0a7a4d;--bad:#c02626}
        @media(prefers-color-scheme:dark){:root{--bg:#12161d;--card:#1a202a;--ink:#e6eaf0;--soft:#9aa6b8;--rule:#2c3543;--a:#5aaef5;--b:#f2904e;--c:#3fc8a0;--bound:#c3ccd9;--band:#f2904e26;--good:#45cf94;--bad:#ff7b72}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,"Noto Sans","Noto Sans CJK KR",sans-serif}
        main{max-width:1560px;margin:0 auto;padding:28px 24px 48px}
        h1{font-size:1.65rem;line-height:1.2;margin:0 0 4px}h2{font-size:1.05rem;margin:0}
        p{margin:0 0 12px}.soft,figcaption,caption{color:var(--soft);font-size:.9rem}
        .verdict{display:inline-block;margin:14px 0 18px;padding:6px 14px;border-radius:8px;font-weight:600;border:1.5px solid currentColor}
        .good{color:var(--good)}.bad{color:var(--bad)}
        .tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin:0 0 18px;padding:0;list-style:none}
        .tiles li,figure,section{background:var(--card);border:1px solid var(--rule);border-radius:10px}
        .tiles li{padding:12px 16px}.tiles b{display:block;font-size:1.5rem;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums}
        .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,560px),1fr));gap:16px;margin:16px 0}
        figure,section{margin:0;padding:16px 18px;min-width:0}
        svg{display:block;width:100%;height:auto;overflow:visible}
        svg text{font:12px system-ui,"Noto Sans",sans-serif;fill:var(--soft);font-variant-numeric:tabular-nums}
        .axis path{stroke:var(--rule);fill:none}.axis .base{stroke:var(--soft)}
        svg .mark{fill:var(--ink);font-size:11px}.band{fill:var(--band)}.moment{stroke:var(--b);stroke-width:1;stroke-dasharray:2 3;fill:none}
        .line,.limit{stroke-width:1.8;stroke-linejoin:round;fill:none}
        .a{--hue:var(--a)}.b{--hue:var(--b)}.c{--hue:var(--c)}.bound{--hue:var(--bound)}
        .line,.limit{stroke:var(--hue)}.area{fill:color-mix(in srgb,var(--hue) 20%,transparent)}.limit{stroke-dasharray:6 4;stroke-width:1.4}
        .legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:4px 0 8px;padding:0;list-style:none;font-size:.88rem}
        .legend svg{display:inline-block;width:26px;height:12px;margin-right:7px;vertical-align:-1px}
        details{margin-top:8px}summary{cursor:pointer;color:var(--soft);font-size:.9rem}section>details{margin:0}summary h2{display:inline;color:var(--ink)}
        .scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;margin-top:8px}
        th,td{padding:4px 16px 4px 0;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}th:first-child,td:first-child{text-align:left}
        th{font-weight:600}thead th{color:var(--soft);font-weight:500}caption{text-align:left;padding-bottom:4px}
        td.wrap{white-space:normal;text-align:left;min-width:13em}.left td,.left th{text-align:left}
        .bar{display:flex;width:220px;height:12px;border-radius:3px;overflow:hidden;background:var(--rule)}.bar i{display:block;background:var(--a)}.bar i.sooner{background:var(--c)}.bar i.later{background:var(--b)}
        footer{margin-top:22px}
        @media(min-width:1500px){.tiles{grid-template-columns:repeat(8,1fr)}}
        @media(max-width:700px){main{padding:18px 12px}figure,section{padding:12px}figure>.scroll>svg{min-width:520px}.tiles{grid-template-columns:repeat(2,1fr)}}
        @media print{body{background:#fff}figure,section{break-inside:avoid}}
        """;
}
