namespace Naru.Demo;

internal sealed class DemoTextEnglish : DemoText
{
    public override string Title => "Naru demo";
    public override string Try => "try";
    public override string Server => "server";
    public override string Share => "share";
    public override string Rate => "req/s";
    public override string InFlight => "in flight";
    public override string State => "state";
    public override string Errors => "errors";
    public override string NoErrors => "none";
    public override string Events => "events";
    public override string Paused => "load paused";
    public override string FailOpen => "fail-open";
    public override string WaitingRoom => "waiting room";
    public override string Waiting => "waiting";
    public override string Inside => "inside";
    public override string Of => "of";
    public override string OpenInBrowser => "open in a browser:";

    public override (string Key, string Does)[] Keys =>
    [
        ("1-6", "pick"), ("k", "kill"), ("h", "hang"), ("s", "slow"), ("r", "revive"), ("b", "balance"), ("+-", "load"), ("p", "pause"), ("c", "crowd"), ("w", "hold"), ("?", "help"), ("q", "quit"),
    ];

    public override string[] Help =>
    [
        "Six small servers, Naru in front, a load through it. Pick a server (1-6):",
        "  k  kill: it refuses connections. Its traffic moves to the others.",
        "  h  hang: it accepts and never answers. The checks of line servers only",
        "     connect and do not see that; least-connections avoids it all the same.",
        "  s  slow: it answers 150 ms later.   b  balance: another algorithm, live.",
        "  r  revive: all is well again. It gets its share back over 10 s.",
        "Kill two of three: under half are left, so Naru uses all again (fail-open).",
        "The ticket shop takes 4 visitors a second; the others wait in line.",
        "  c  a crowd of 200 comes.   w  holds the room, and lets it go on.",
    ];

    public override string Failed(string count) => $"{count} failed";

    public override string Load(int httpRate, int tcpRate) => $"load {httpRate} requests/s, {tcpRate} look-ups/s";

    public override string StateName(string state) => state;

    public override string ConditionName(DemoCondition condition) => condition switch
    {
        DemoCondition.Dead => "killed",
        DemoCondition.Hung => "hung",
        DemoCondition.Slow => "slowed",
        _ => "",
    };

    public override string StateChanged(string server, string state, string reason)
    {
        var what = state switch
        {
            "up" => $"{server} is up: it has its full share",
            "slow-start" => $"{server} is back: slow start over 10 s",
            "ejected" => $"{server} is ejected",
            "down" => $"{server} is down",
            "draining" => $"{server} is draining",
            _ => $"{server} is {state}",
        };
        return reason.Length == 0 ? what : $"{what}: {reason}";
    }

    public override string FailOpenBegan(string pool) => $"{pool}: under half of its servers are left, so all are used (fail-open)";

    public override string FailOpenEnded(string pool) => $"{pool}: enough servers again, only good ones are used";

    public override string BalanceChanged(string pool, string balance) => $"you reloaded: {pool} balances by {balance}";

    public override string Did(string server, DemoCondition condition) => condition switch
    {
        DemoCondition.Dead => $"you killed {server}",
        DemoCondition.Hung => $"you let {server} hang",
        DemoCondition.Slow => $"you slowed {server} down by 150 ms",
        _ => $"you revived {server}",
    };

    public override string RoomState(string state) => state;

    public override string JoinNow(int lowS, int highS) => $"you would wait {lowS}-{highS} s";

    public override string RoomPaused(bool isPaused) => isPaused ? "you held the room: nobody is let in, places are kept" : "you let the room go on";

    public override string CrowdCame(int count) => $"a crowd of {count} joins the line";

    public override string Ended(long answered, long failed) => $"The demo is over: {answered} answered, {failed} failed.";
}
