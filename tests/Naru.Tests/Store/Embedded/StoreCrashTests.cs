using Naru.Core.WaitingRoom;
using Naru.Engine.Linux;
using Naru.Engine.Store.Embedded;
using Naru.Tests.Balancing;

namespace Naru.Tests.Store.Embedded;

/// <summary>A room through many lives that end at any moment: by a kill, by a power failure, with a disk that fails now and then.</summary>
public class StoreCrashTests
{
    private static readonly RoomSettings Settings = StoreLife.Settings with { Active = 12, SessionMs = 4_000, AdmitPerSecond = 60 };

    private readonly record struct Visitor(long Number, long Epoch, long JoinedMs);

    private readonly record struct Pass(Grant Grant, long Epoch, long IssuedMs);

    [Fact]
    public void NoNumberRepeatsNoPlaceIsLostAndNoPassIsOneTooManyThroughAnyCrash()
    {
        int joined = 0, admitted = 0;
        Seeded.Run(20, random =>
        {
            var (joins, admissions) = Live(random);
            joined += joins;
            admitted += admissions;
        });
        Assert.True(joined > 500 && admitted > 20, $"{joined} joined, {admitted} were admitted");
    }

    private static (int Joined, int Admitted) Live(Random random)
    {
        var folder = new MemoryFolder();
        var numbers = new HashSet<long>();
        var admissions = new HashSet<long>();
        var waiting = new List<Visitor>();
        var passes = new List<Pass>();
        long nowMs = 1_800_000_000_000;
        for (int life = 0; life < 5; life++)
        {
            int crashAt = random.Next(20, 600), failShare = random.Next(3) == 0 ? random.Next(20, 60) : int.MaxValue;
            // A disk that takes nothing for a while, and perhaps until the end.
            int failFrom = random.Next(2) == 0 ? random.Next(crashAt) : int.MaxValue, failTo = failFrom + random.Next(100);
            folder.Fault = null;
            var naru = new StoreLife(folder, nowMs, Settings, new JournalSizes(600, 0));
            folder.Fault = _ => folder.Operations >= crashAt ? throw new Crash()
                : (folder.Operations >= failFrom && folder.Operations < failTo) || random.Next(failShare) == 0 ? Errno.Io : 0;
            try
            {
                for (int step = 0; step < 5_000; step++)
                {
                    naru.Tick(random.Next(20) == 0 ? 1100 : 50);
                    if (naru.Node.View is not { } view)
                        continue;
                    for (int joins = random.Next(8); joins > 0; joins--)
                    {
                        if (naru.Node.TryJoin(naru.NowMs, out long number) != JoinResult.Joined)
                            continue;
                        Assert.True(numbers.Add(number), $"life {life}: number {number} was given out twice");
                        waiting.Add(new Visitor(number, naru.Node.Epoch, naru.NowMs));
                    }

                    waiting.RemoveAll(visitor =>
                    {
                        var seen = naru.Node.Look(visitor.Number, visitor.Epoch, naru.NowMs);
                        Assert.True(seen.State is VisitorState.Waiting or VisitorState.Called or VisitorState.Admitted or VisitorState.Closed,
                            $"life {life}: number {visitor.Number} is {seen.State}, joined {naru.NowMs - visitor.JoinedMs} ms ago");
                        if (naru.Node.TryClaim(visitor.Number, visitor.Epoch, naru.NowMs, out var grant) != ClaimResult.Admitted)
                            return false;
                        // The process may have died between the claim and its report: then the same number takes another grant.
                        Assert.True(admissions.Add(grant.Admission), $"life {life}: admission {grant.Admission} was given out twice");
                        passes.Add(new Pass(grant, naru.Node.Epoch, naru.NowMs));
                        return true;
                    });
                    // Those inside come again, at times all in one step; who is not welcome any more is out.
                    bool all = random.Next(5) == 0;
                    int valid = 0;
                    passes.RemoveAll(pass =>
                    {
                        if (!all && random.Next(2) == 0)
                            return false;
                        var check = naru.Node.Touch(pass.Grant.Slot, pass.Grant.Admission, pass.Epoch, pass.IssuedMs, naru.NowMs);
                        valid += check == PassCheck.Valid ? 1 : 0;
                        return check != PassCheck.Valid;
                    });
                    Assert.True(valid <= Settings.Active, $"life {life}: {valid} passes are valid at one time");
                    Assert.InRange(view.Active, 0, Settings.Active);
                    if (random.Next(10) == 0)
                        passes.RemoveAll(_ => random.Next(4) == 0);
                }
            }
            catch (Crash)
            {
                folder = random.Next(2) == 0 ? folder.LosePower(random) : folder.Copy();
            }

            nowMs = naru.NowMs + random.Next(3_000);
        }

        return (numbers.Count, admissions.Count);
    }

    private sealed class Crash : Exception;
}
