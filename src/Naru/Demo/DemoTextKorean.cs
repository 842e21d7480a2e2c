namespace Naru.Demo;

internal sealed class DemoTextKorean : DemoText
{
    public override string Title => "나루 데모";
    public override string Try => "직접 해 보기";
    public override string Server => "서버";
    public override string Share => "비율";
    public override string Rate => "요청/초";
    public override string InFlight => "처리 중";
    public override string State => "상태";
    public override string Errors => "오류";
    public override string NoErrors => "없음";
    public override string Events => "이벤트";
    public override string Paused => "부하 중지";
    public override string FailOpen => "모두 사용";
    public override string WaitingRoom => "대기실";
    public override string Waiting => "대기";
    public override string Inside => "입장";
    public override string Of => "/";
    public override string OpenInBrowser => "브라우저로 열어 보세요:";

    public override (string Key, string Does)[] Keys =>
    [
        ("1-6", "선택"), ("k", "죽이기"), ("h", "먹통"), ("s", "느림"), ("r", "복구"), ("b", "방식"), ("+-", "부하"), ("p", "멈춤"), ("c", "인파"), ("w", "입장 중지"), ("?", "도움"), ("q", "종료"),
    ];

    public override string[] Help =>
    [
        "작은 서버 여섯 대 앞에 나루가 있습니다. 서버를 고르고(1-6) 장애를 일으켜 보세요.",
        "  k  죽이기: 연결을 거부합니다. 요청은 다른 서버로 갑니다.",
        "  h  먹통: 연결은 받지만 응답하지 않습니다. TCP 헬스 체크는 연결만",
        "     하므로 모르지만, least-connections는 그 서버를 피합니다.",
        "  s  느림: 150 ms 늦게 응답합니다.   b  방식: 분산 방식을 바로 바꿉니다.",
        "  r  복구: 다시 정상. 10초에 걸쳐 원래 비율로 돌아갑니다.",
        "셋 중 둘을 죽이면 남은 한 대가 무너지지 않도록 모두 다시 씁니다(모두 사용).",
        "예매처는 1초에 4명만 받습니다. 나머지는 줄을 서서 기다립니다.",
        "  c  인파 200명이 몰려옵니다.   w  입장을 멈추거나 다시 시작합니다.",
    ];

    public override string Failed(string count) => $"실패 {count}건";

    public override string Load(int httpRate, int tcpRate) => $"부하: 요청 {httpRate}/초, 조회 {tcpRate}/초";

    public override string StateName(string state) => state switch
    {
        "up" => "정상",
        "slow-start" => "느린 시작",
        "draining" => "비우는 중",
        "ejected" => "제외됨",
        "down" => "다운",
        _ => state,
    };

    public override string ConditionName(DemoCondition condition) => condition switch
    {
        DemoCondition.Dead => "죽음",
        DemoCondition.Hung => "먹통",
        DemoCondition.Slow => "느림",
        _ => "",
    };

    public override string StateChanged(string server, string state, string reason)
    {
        var what = state switch
        {
            "up" => $"{server} 정상: 원래 비율대로 받습니다",
            "slow-start" => $"{server} 복귀: 10초에 걸쳐 부하를 서서히 늘립니다",
            "ejected" => $"{server} 제외됨",
            "down" => $"{server} 다운",
            "draining" => $"{server} 비우는 중",
            _ => $"{server} {state}",
        };
        return reason.Length == 0 ? what : $"{what} ({reason})";
    }

    public override string FailOpenBegan(string pool) => $"{pool}: 정상 서버가 절반도 남지 않아 모든 서버로 보냅니다";

    public override string FailOpenEnded(string pool) => $"{pool}: 정상 서버가 충분해져 정상 서버로만 보냅니다";

    public override string BalanceChanged(string pool, string balance) => $"{pool}: 분산 방식을 {balance}(으)로 바꿨습니다(reload)";

    public override string Did(string server, DemoCondition condition) => condition switch
    {
        DemoCondition.Dead => $"{server}: 죽였습니다",
        DemoCondition.Hung => $"{server}: 먹통으로 만들었습니다",
        DemoCondition.Slow => $"{server}: 150 ms 느리게 했습니다",
        _ => $"{server}: 복구했습니다",
    };

    public override string RoomState(string state) => state switch
    {
        "open" => "열림",
        "paused" => "입장 중지",
        "draining" => "비우는 중",
        "prequeue" => "사전 대기",
        "scheduled" => "예정",
        "closed" => "닫힘",
        _ => state,
    };

    public override string JoinNow(int lowS, int highS) => $"지금 줄을 서면 {lowS}-{highS}초";

    public override string RoomPaused(bool isPaused) => isPaused ? "입장을 멈췄습니다. 줄은 그대로입니다" : "입장을 다시 시작했습니다";

    public override string CrowdCame(int count) => $"{count}명이 한꺼번에 줄을 섭니다";

    public override string Ended(long answered, long failed) => $"데모가 끝났습니다. 응답 {answered}건, 실패 {failed}건.";
}
