namespace Naru.Demo;

internal sealed class DemoTextKorean : DemoText
{
    public override string Title => "나루 데모";
    public override string Try => "해 보기";
    public override string Server => "서버";
    public override string Share => "몫";
    public override string Rate => "초당";
    public override string InFlight => "처리 중";
    public override string State => "상태";
    public override string Errors => "오류";
    public override string NoErrors => "없음";
    public override string Events => "일어난 일";
    public override string Paused => "부하 멈춤";
    public override string Failed => "실패";
    public override string FailOpen => "모두 사용";

    public override (string Key, string Does)[] Keys =>
    [
        ("1-6", "선택"), ("k", "끊기"), ("h", "멈춤"), ("s", "느림"), ("r", "복구"), ("b", "방식"), ("+-", "부하"), ("p", "쉬기"), ("?", "도움말"), ("q", "끝"),
    ];

    public override string[] Help =>
    [
        "작은 서버 여섯 대 앞에 나루가 서서 요청을 나눕니다.",
        "서버를 고르고(1-6) 무슨 일이든 일으켜 보세요.",
        "  k  끊기: 연결을 거절합니다. 요청은 다른 서버로 갑니다.",
        "  h  멈춤: 연결은 받지만 답하지 않습니다. TCP 서버의 검사는 연결만",
        "     하므로 모르지만, least-connections는 그 서버를 피합니다.",
        "  s  느림: 150 ms 늦게 답합니다.   b  방식: 나누는 방식을 바로 바꿉니다.",
        "  r  복구: 다시 정상. 10초에 걸쳐 제 몫을 되찾습니다.",
        "셋 중 둘을 끊으면 절반도 남지 않으므로, 나루는 남은 하나가",
        "무너지지 않게 모든 서버를 다시 씁니다(모두 사용).",
    ];

    public override string Load(int httpRate, int tcpRate) => $"부하: 초당 요청 {httpRate}, 조회 {tcpRate}";

    public override string StateName(string state) => state switch
    {
        "up" => "정상",
        "slow-start" => "천천히 시작",
        "draining" => "비우는 중",
        "ejected" => "제외됨",
        "down" => "중단",
        _ => state,
    };

    public override string ConditionName(DemoCondition condition) => condition switch
    {
        DemoCondition.Dead => "끊김",
        DemoCondition.Hung => "멈춤",
        DemoCondition.Slow => "느림",
        _ => "",
    };

    public override string StateChanged(string server, string state, string reason)
    {
        var what = state switch
        {
            "up" => $"{server} 정상: 제 몫을 모두 받습니다",
            "slow-start" => $"{server} 복귀: 10초에 걸쳐 천천히 시작합니다",
            "ejected" => $"{server} 제외됨",
            "down" => $"{server} 중단",
            "draining" => $"{server} 비우는 중",
            _ => $"{server} {state}",
        };
        return reason.Length == 0 ? what : $"{what} ({reason})";
    }

    public override string FailOpenBegan(string pool) => $"{pool}: 서버가 절반도 남지 않아 모든 서버를 씁니다";

    public override string FailOpenEnded(string pool) => $"{pool}: 서버가 넉넉해져 좋은 서버만 씁니다";

    public override string BalanceChanged(string pool, string balance) => $"{pool}: {balance} 방식으로 다시 읽었습니다";

    public override string Did(string server, DemoCondition condition) => condition switch
    {
        DemoCondition.Dead => $"{server}: 끊었습니다",
        DemoCondition.Hung => $"{server}: 멈추게 했습니다",
        DemoCondition.Slow => $"{server}: 150 ms 느리게 했습니다",
        _ => $"{server}: 복구했습니다",
    };

    public override string Ended(long answered, long failed) => $"데모가 끝났습니다. 응답 {answered}, 실패 {failed}.";
}
