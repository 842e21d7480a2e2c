namespace Naru.Core.WaitingRoom;

/// <summary>Named maxima and fixed times of a waiting room.</summary>
public static class RoomLimits
{
    /// <summary>Visitors inside one room.</summary>
    public const int SlotsMax = 10_000_000;

    /// <summary>Of the operator's message.</summary>
    public const int MessageBytesMax = 1024;

    /// <summary>Numbers between the oldest turn that may be taken and the newest ticket: blocks take 1.4 bytes a number.</summary>
    public const long LineMax = 64_000_000;

    /// <summary>Polls are never asked for more often; near the front, exactly so often (plus <see cref="PollJitter"/>).</summary>
    public const int PollMinMs = 2_000;

    /// <summary>Nor more seldom.</summary>
    public const int PollMaxMs = 60_000;

    /// <summary>So many at the front ask every <see cref="PollMinMs"/>, however slow the line is.</summary>
    public const int PollFront = 8;

    /// <summary>Share that is added to an interval at random, so that visitors who came together drift apart.</summary>
    public const double PollJitter = 0.3;

    /// <summary>A called visitor whom the gate held asks again after this, if first in line,</summary>
    public const int RetryMinMs = 250;

    /// <summary>and at the latest after this.</summary>
    public const int RetryMaxMs = 1_000;

    /// <summary>Who polls so much later than asked counts as gone: a slow network, a hidden tab.</summary>
    public const int PollGraceMs = 6_000;

    /// <summary>No visitor who still waits has been silent for longer.</summary>
    public const int SilenceMaxMs = (int)(PollMaxMs * (1 + PollJitter)) + PollGraceMs;

    /// <summary>Visitors whom one node lets poll in a second when all of them stand at the same distance from the front (before an opening).</summary>
    public const int PollsPerSecond = 40_000;

    /// <summary>How often a keeper ticks its rooms.</summary>
    public const int TickMs = 50;

    /// <summary>The bucket of admissions holds this much of the rate, and at least one: admissions in any window t stay within rate · t + that.</summary>
    public const double BurstSeconds = 0.1;

    /// <summary>Numbers lent to one of several nodes are handed out within this time, so visitors who come further apart never change places.</summary>
    public const int LeaseMs = 100;

    /// <summary>A node that was not answered for so long acts as if the store were lost.</summary>
    public const int StoreLostMs = 1_000;

    /// <summary>After a failover so many numbers are skipped: more than were handed out while nobody wrote them down.</summary>
    public const long FailoverGap = 1_000_000;

    /// <summary>
    /// A line that may have been lost listens so long for tickets of it before it begins: whoever is first in line asks every
    /// <see cref="PollMinMs"/>, and up to <see cref="PollJitter"/> more.
    /// </summary>
    public const int ListenMs = 3_000;

    /// <summary>A ticket or pass of a line whose memory is lost counts for so long from its issue: an old one must not open a line anew.</summary>
    public const long LostProofMs = 24 * 3_600_000;

    /// <summary>A session that is used all the time is reported so often: sessions end at most this late.</summary>
    public static int SeenGranularityMs(int sessionMs) => Math.Clamp(sessionMs / 16, 250, 15_000);
}
