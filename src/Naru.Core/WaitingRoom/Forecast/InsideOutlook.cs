namespace Naru.Core.WaitingRoom.Forecast;

/// <summary>
/// Who will be inside: sessions grow older, fall idle and end, and whoever may come in by rate and free slots does, for an hour, by
/// steps. Owner: a thread, for all its rooms; nothing is kept from one <see cref="Start"/> to the next. Thread: its.
/// </summary>
internal sealed class InsideOutlook
{
    /// <summary>Beyond so much time steps are longer,</summary>
    private const int FineS = 300;

    /// <summary>by so much.</summary>
    private const int CoarseFactor = 3;

    private static readonly int[] ClassOfBin = [.. Enumerable.Range(0, SessionAges.Bins).Select(i => SessionAges.ClassOf(i * SessionAges.BinS * 1000L))];

    private readonly double[] _classEnds = new double[SessionAges.EndsS.Length];
    private readonly double[] _classIdles = new double[SessionAges.EndsS.Length];

    /// <summary>Sessions in use, by age in steps.</summary>
    private readonly double[] _inUse = new double[SessionAges.Bins];

    /// <summary>Idle ones, by steps until they end; a ring that begins at <see cref="_idleFrom"/>.</summary>
    private readonly double[] _idle = new double[SessionAges.Bins];

    /// <summary>Of the sessions in use, by age, the shares that end and that fall idle in a step.</summary>
    private readonly double[] _ends = new double[SessionAges.Bins];

    private readonly double[] _idles = new double[SessionAges.Bins];
    private int _bins;
    private int _idleFrom;
    private double _count;
    private double _perSecond;
    private double _active;
    private int _idleS;

    /// <summary>Since the start.</summary>
    internal int AtS { get; private set; }

    internal int StepS { get; private set; }

    /// <param name="perSecond">Admissions, at the most.</param>
    /// <param name="active">Sessions, at the most.</param>
    /// <param name="quickness">As in <see cref="SessionAges.Shares"/>.</param>
    internal void Start(double perSecond, double active, RoomSettings settings, SessionAges ages, int quickness)
    {
        (_perSecond, _active) = (perSecond, active);
        ages.Shares(ExpectedStay.Of(settings), quickness, _classEnds, _classIdles);
        (AtS, StepS, _idleFrom, _count, _bins) = (0, SessionAges.BinS, 0, 0, 1);
        _idleS = (settings.SessionMs - SessionAges.IdleMs(settings.SessionMs)) / 1000;
        double inUse = 0;
        double idle = 0;
        for (int bin = 0; bin < ages.Counts.Length; bin++)
        {
            inUse += ages.Counts[bin];
            idle += ages.IdleCounts[bin];
        }
        // Who comes back from idleness is of any age; half of those who will have done so already, on the average.
        double back = inUse == 0 ? 0 : ages.BackShare / 2;
        double more = inUse == 0 ? 1 : 1 + back * idle / inUse;
        Array.Clear(_inUse);
        Array.Clear(_idle);
        for (int bin = 0; bin < ages.Counts.Length; bin++)
        {
            _inUse[bin] = ages.Counts[bin] * more;
            _idle[bin] = ages.IdleCounts[bin] * (1 - back);
            if (ages.Counts[bin] > 0)
                _bins = bin + 1;
        }
        _count = inUse + idle;
        // Classes are wider than bins: few powers.
        int known = -1;
        for (int bin = 0; bin < SessionAges.Bins; bin++)
        {
            int index = ClassOfBin[bin];
            if (index == known)
            {
                (_ends[bin], _idles[bin]) = (_ends[bin - 1], _idles[bin - 1]);
                continue;
            }
            known = index;
            double over = 1 - Math.Exp(-(_classEnds[index] + _classIdles[index]) * StepS);
            _idles[bin] = over * _classIdles[index] / Math.Max(_classEnds[index] + _classIdles[index], 1e-12);
            _ends[bin] = over - _idles[bin];
        }
    }

    /// <returns>How many come in.</returns>
    /// <param name="isFull">More would, were there room.</param>
    internal double Step(out bool isFull)
    {
        if (AtS == FineS && StepS == SessionAges.BinS)
            Coarsen();
        _count -= EndIdle() + Age();
        // Some leave in the step in which they came.
        double staying = 1 - _ends[0] / 2;
        double free = Math.Max(0, (_active - _count) / staying);
        isFull = free < _perSecond * StepS;
        double enter = isFull ? free : _perSecond * StepS;
        _inUse[0] = enter * staying;
        _count += _inUse[0];
        AtS += StepS;
        return enter;
    }

    private double EndIdle()
    {
        double ended = _idle[_idleFrom];
        _idle[_idleFrom] = 0;
        _idleFrom = (_idleFrom + 1) % _idle.Length;
        return ended;
    }

    /// <returns>How many sessions in use end while all grow older by a step.</returns>
    private double Age()
    {
        double ended = 0;
        double idled = 0;
        int last = SessionAges.Bins - 1;
        _bins = Math.Min(_bins + 1, SessionAges.Bins);
        double old = _inUse[last];
        for (int i = Math.Min(_bins, last) - 1; i >= 0; i--)
        {
            double ends = _inUse[i] * _ends[i];
            double idles = _inUse[i] * _idles[i];
            ended += ends;
            idled += idles;
            _inUse[i + 1] = _inUse[i] - ends - idles;
        }
        ended += old * _ends[last];
        idled += old * _idles[last];
        _inUse[last] += old * (1 - _ends[last] - _idles[last]);
        _inUse[0] = 0;
        // Beyond the hour is never.
        int steps = _idleS / StepS;
        if (steps < _idle.Length)
            _idle[(_idleFrom + steps) % _idle.Length] += idled;
        return ended;
    }

    /// <summary>From here on a step and a bin are as long as some are now.</summary>
    private void Coarsen()
    {
        StepS *= CoarseFactor;
        int coarse = SessionAges.Bins / CoarseFactor;
        Span<double> idle = stackalloc double[SessionAges.Bins];
        for (int i = 0; i < SessionAges.Bins; i++)
            idle[i / CoarseFactor] += _idle[(_idleFrom + i) % _idle.Length];
        idle.CopyTo(_idle);
        _idleFrom = 0;
        for (int bin = 0; bin <= coarse; bin++)
        {
            double inUse = 0;
            double staying = 1;
            double idles = 0;
            for (int i = bin * CoarseFactor; i < (bin + 1) * CoarseFactor; i++)
            {
                int from = Math.Min(i, SessionAges.Bins - 1);
                inUse += i == from ? _inUse[from] : 0;
                idles += staying * _idles[from];
                staying *= 1 - _ends[from] - _idles[from];
            }
            (_inUse[bin], _idles[bin], _ends[bin]) = (inUse, idles, 1 - staying - idles);
        }
        Array.Clear(_inUse, coarse + 1, SessionAges.Bins - coarse - 1);
        Array.Fill(_ends, _ends[coarse], coarse + 1, SessionAges.Bins - coarse - 1);
        Array.Fill(_idles, _idles[coarse], coarse + 1, SessionAges.Bins - coarse - 1);
        _bins = _bins / CoarseFactor + 1;
    }
}
