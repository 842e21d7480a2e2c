using System.Buffers;
using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>A room under its limits is invisible, from the first request on.</summary>
public class FirstVisitorTests
{
    private const long Start = 1_800_000_000_000;

    private static readonly RoomSettings Shop = new() { Name = "shop", AdmitPerSecond = 20, Active = 4 };

    [Fact]
    public void FirstVisitorOfANewRoomEntersAtOnceHoweverSmallTheRate()
    {
        var authority = new RoomAuthority(Shop with { AdmitPerSecond = 1 / 60.0 }, Random.Shared.NextBytes, Start);
        var node = new RoomNode(1);
        // The program took its time to start.
        Tick(node, authority, Start + 4_000);
        Assert.True(node.TryEnterDirectly(Start + 4_000, out _));
        Assert.False(node.TryEnterDirectly(Start + 4_001, out _));
    }

    [Fact]
    public void FirstVisitorAfterARestartEntersWithTheNextAdmissionOfTheRate()
    {
        var (authority, nowMs) = Used(Shop, visitors: 3, out _);
        authority = Restarted(authority, nowMs);
        var node = new RoomNode(2);
        Tick(node, authority, nowMs);
        // What was let in before the stop counts: the burst of two is used up, one comes 50 ms later.
        Assert.False(node.TryEnterDirectly(nowMs, out _));
        Assert.True(node.TryEnterDirectly(nowMs + 50, out _));
    }

    [Fact]
    public void NodeThatStopsLeavesNoSlotBehind()
    {
        var (authority, _) = Used(Shop, visitors: 3, out var node);
        Assert.Equal(0, authority.View.Active);
        Assert.False(node.TryEnterDirectly(Start + 60_000, out _));
    }

    [Fact]
    public void SlotsThatWereAtHandWhenANodeWasKilledStayTakenUntilItsVisitorsHadTimeToShow()
    {
        var authority = new RoomAuthority(Shop, Random.Shared.NextBytes, Start) { IsAlone = true };
        var node = new RoomNode(1);
        Tick(node, authority, Start + 50);
        Tick(node, authority, Start + 100);
        Assert.True(authority.View.Active > 0);
        authority = Restarted(authority, Start + 200);
        Tick(new RoomNode(2), authority, Start + 200);
        Assert.Equal(Shop.Active, authority.View.Active);
    }

    [Fact]
    public void WhoWaitsStillStandsInFrontAfterARestart()
    {
        var authority = new RoomAuthority(Shop with { AdmitPerSecond = 0.1 }, Random.Shared.NextBytes, Start) { IsAlone = true };
        var node = new RoomNode(1);
        long nowMs = Start;
        for (int i = 0; i < 10; i++)
            Tick(node, authority, nowMs += 50);
        for (int i = 0; i < 100; i++)
            Assert.Equal(JoinResult.Joined, node.TryJoin(nowMs, out _));
        Tick(node, authority, nowMs += 50);
        authority = Restarted(authority, nowMs);
        node = new RoomNode(2);
        Tick(node, authority, nowMs += 50);
        Assert.InRange(authority.View.Waiting, 85, 97);
        Assert.False(node.TryEnterDirectly(nowMs + 10_000, out _));
    }

    [Fact]
    public void WhoCameInBeforeARestartIsNotTakenForOneWhoWaits()
    {
        var (authority, nowMs) = Used(Shop with { AdmitPerSecond = 2_000 }, visitors: 600, out _);
        authority = Restarted(authority, nowMs);
        var node = new RoomNode(2);
        Tick(node, authority, nowMs);
        Assert.Equal(0, authority.View.Waiting);
        Assert.True(node.TryEnterDirectly(nowMs + 50, out _));
    }

    /// <summary>They waited, were let in and left, one after the other; then the node stopped.</summary>
    private static (RoomAuthority Authority, long NowMs) Used(RoomSettings settings, int visitors, out RoomNode node)
    {
        var authority = new RoomAuthority(settings, Random.Shared.NextBytes, Start) { IsAlone = true };
        node = new RoomNode(1);
        long nowMs = Start;
        Tick(node, authority, nowMs += 50);
        for (int i = 0; i < visitors; i++)
        {
            Assert.Equal(JoinResult.Joined, node.TryJoin(nowMs, out long number));
            var grant = default(Grant);
            for (int tries = 0; node.TryClaim(number, node.Epoch, nowMs, out grant) != ClaimResult.Admitted; tries++)
            {
                Assert.True(tries < 100, $"number {number} does not get in");
                Tick(node, authority, nowMs += 50);
            }
            node.Release(grant.Slot, grant.Admission);
        }
        node.Leave();
        Tick(node, authority, nowMs += 50);
        return (authority, nowMs);
    }

    private static RoomAuthority Restarted(RoomAuthority authority, long nowMs)
    {
        var saved = new ArrayBufferWriter<byte>();
        authority.Save(saved);
        return RoomAuthority.Restore(saved.WrittenSpan, authority.View.Settings, Random.Shared.NextBytes, nowMs, isAlone: true);
    }

    private static void Tick(RoomNode node, RoomAuthority authority, long nowMs)
    {
        var update = new RoomUpdate();
        authority.Tick(node.TakeReport(nowMs), update, nowMs);
        node.Accept(update, nowMs);
    }
}
