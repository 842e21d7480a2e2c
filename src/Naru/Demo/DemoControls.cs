using Naru.Core.Config;

namespace Naru.Demo;

/// <summary>What the viewer has chosen. Pure: a key in, the new state out. Thread: the view's.</summary>
internal sealed class DemoControls
{
    public const int ServerCount = 6;

    /// <summary>Requests a second over HTTP; the top is what one small machine does beside the view.</summary>
    private static readonly int[] Rates = [25, 50, 100, 200, 400, 800];

    /// <summary>Those that need neither a key of the request nor a source address: the demo has but one client.</summary>
    private static readonly BalanceAlgorithm[] Balances =
    [
        BalanceAlgorithm.RoundRobin, BalanceAlgorithm.LeastConnections, BalanceAlgorithm.LeastTime, BalanceAlgorithm.TwoChoices, BalanceAlgorithm.Random,
    ];

    private int _rate = Array.IndexOf(Rates, 200);

    /// <summary>0 to 2: HTTP servers; 3 to 5: TCP servers.</summary>
    public int Selected { get; private set; }

    public int HttpRate => Rates[_rate];

    /// <summary>Each look-up is a connection of its own, which costs more than a request.</summary>
    public int TcpRate => HttpRate / 4;

    /// <summary>The balancers in use, per layer; another is one key and one reload away.</summary>
    public BalanceAlgorithm HttpBalance { get; private set; } = BalanceAlgorithm.RoundRobin;

    public BalanceAlgorithm TcpBalance { get; private set; } = BalanceAlgorithm.LeastConnections;

    public bool IsPaused { get; private set; }

    /// <summary>The viewer wants the waiting room held.</summary>
    public bool IsRoomPaused { get; private set; }

    /// <summary>How many crowds the viewer has sent to the waiting room.</summary>
    public int Crowds { get; private set; }

    public bool IsHelpShown { get; private set; }

    public bool IsOver { get; private set; }

    /// <returns>What the selected server is to become; null: the key was about something else.</returns>
    public DemoCondition? Press(char key)
    {
        switch (OnQwerty(char.ToLowerInvariant(key)))
        {
            case >= '1' and <= '6' and var digit:
                Selected = digit - '1';
                return null;
            case 'k':
                return DemoCondition.Dead;
            case 'h':
                return DemoCondition.Hung;
            case 's':
                return DemoCondition.Slow;
            case 'r':
                return DemoCondition.Well;
            case '+' or '=':
                _rate = Math.Min(_rate + 1, Rates.Length - 1);
                return null;
            case '-' or '_':
                _rate = Math.Max(_rate - 1, 0);
                return null;
            case 'b':
                if (Selected < ServerCount / 2)
                    HttpBalance = Next(HttpBalance);
                else
                    TcpBalance = Next(TcpBalance);
                return null;
            case 'p':
                IsPaused = !IsPaused;
                return null;
            case 'w':
                IsRoomPaused = !IsRoomPaused;
                return null;
            case 'c':
                Crowds++;
                return null;
            case '?':
                IsHelpShown = !IsHelpShown;
                return null;
            case 'q':
                IsOver = true;
                return null;
            default:
                return null;
        }
    }

    private static BalanceAlgorithm Next(BalanceAlgorithm balance) => Balances[(Array.IndexOf(Balances, balance) + 1) % Balances.Length];

    /// <summary>The same keys with the Korean layout (두벌식) on.</summary>
    private static char OnQwerty(char key) => key switch
    {
        'ㅏ' => 'k',
        'ㅗ' => 'h',
        'ㄴ' => 's',
        'ㄱ' => 'r',
        'ㅠ' => 'b',
        'ㅔ' => 'p',
        'ㅈ' => 'w',
        'ㅊ' => 'c',
        'ㅂ' => 'q',
        _ => key,
    };
}
