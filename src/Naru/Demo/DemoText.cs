namespace Naru.Demo;

/// <summary>Every word of the demo, in one language.</summary>
internal abstract class DemoText
{
    public abstract string Title { get; }
    public abstract string Try { get; }
    public abstract string Server { get; }
    public abstract string Share { get; }
    public abstract string Rate { get; }
    public abstract string InFlight { get; }
    public abstract string State { get; }
    public abstract string Errors { get; }
    public abstract string NoErrors { get; }
    public abstract string Events { get; }
    public abstract string Paused { get; }
    public abstract string FailOpen { get; }
    public abstract string WaitingRoom { get; }
    public abstract string Waiting { get; }
    public abstract string Inside { get; }
    public abstract string Of { get; }
    public abstract string OpenInBrowser { get; }

    /// <summary>Key and what it does, on the last line.</summary>
    public abstract (string Key, string Does)[] Keys { get; }

    public abstract string[] Help { get; }

    /// <param name="language">en or ko; null: what LC_ALL, else LANG says.</param>
    public static DemoText For(string? language, Func<string, string?> environment)
    {
        if (language is null)
        {
            var locale = environment("LC_ALL") is { Length: > 0 } all ? all : environment("LANG");
            language = locale?.StartsWith("ko", StringComparison.OrdinalIgnoreCase) == true ? "ko" : "en";
        }
        return language == "ko" ? new DemoTextKorean() : new DemoTextEnglish();
    }

    public abstract string Failed(string count);

    public abstract string Load(int httpRate, int tcpRate);

    public abstract string StateName(string state);

    public abstract string ConditionName(DemoCondition condition);

    public abstract string StateChanged(string server, string state, string reason);

    public abstract string FailOpenBegan(string pool);

    public abstract string FailOpenEnded(string pool);

    public abstract string BalanceChanged(string pool, string balance);

    public abstract string Did(string server, DemoCondition condition);

    public abstract string RoomState(string state);

    public abstract string JoinNow(int lowS, int highS);

    public abstract string RoomPaused(bool isPaused);

    public abstract string CrowdCame(int count);

    public abstract string Ended(long answered, long failed);
}
