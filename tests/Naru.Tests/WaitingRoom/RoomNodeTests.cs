using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

public class RoomNodeTests
{
    private const long Start = 1_800_000_000_000;

    [Fact]
    public void VisitorOfAnEmptyRoomEntersWithoutWaiting()
    {
        var (node, _) = Room(new RoomSettings { Name = "concert", AdmitPerSecond = 100, Active = 10 });
        Assert.True(node.TryEnterDirectly(Start + 60, out var grant));
        Assert.Equal(PassCheck.Valid, node.Touch(grant.Slot, grant.Admission, node.Epoch, Start + 60, Start + 70));
    }

    [Fact]
    public void WhoIsNearTheFrontOfALineThatStandsAsksSoonAndWhoIsNotSeldom()
    {
        // One place, taken for an hour: by what is known nobody's turn comes soon.
        var (node, authority) = Room(new RoomSettings { Name = "concert", AdmitPerSecond = 5, Active = 1, SessionMs = 3_600_000 });
        Assert.True(node.TryEnterDirectly(Start + 60, out _));
        long nowMs = Start + 100;
        var numbers = new List<long>();
        for (; numbers.Count < 40; nowMs += 50)
        {
            Tick(node, authority, nowMs);
            if (node.TryJoin(nowMs, out long number) == JoinResult.Joined)
                numbers.Add(number);
        }

        for (long end = nowMs + 5_000; nowMs < end; nowMs += 50)
            Tick(node, authority, nowMs);
        var front = node.Look(numbers[3], node.Epoch, nowMs);
        var back = node.Look(numbers[^1], node.Epoch, nowMs);
        Assert.InRange(front.Ahead, 1, RoomLimits.PollFront - 1);
        Assert.InRange(front.PollAfterMs, RoomLimits.PollMinMs, (int)(RoomLimits.PollMinMs * (1 + RoomLimits.PollJitter)));
        Assert.True(back.PollAfterMs > 3 * RoomLimits.PollMinMs, $"{back}");
    }

    [Fact]
    public void ClaimRepeatedGivesTheSameGrant()
    {
        var (node, authority) = Room(new RoomSettings { Name = "concert", AdmitPerSecond = 100, Active = 10 });
        Assert.Equal(JoinResult.Joined, node.TryJoin(Start + 60, out long number));
        Assert.Equal(ClaimResult.NotYet, node.TryClaim(number, node.Epoch, Start + 60, out _));
        Tick(node, authority, Start + 100);
        Assert.Equal(VisitorState.Called, node.Look(number, node.Epoch, Start + 110).State);
        Assert.Equal(ClaimResult.Admitted, node.TryClaim(number, node.Epoch, Start + 120, out var first));
        Assert.Equal(ClaimResult.Admitted, node.TryClaim(number, node.Epoch, Start + 130, out var second));
        Assert.Equal(first, second);
        Assert.Equal(VisitorState.Admitted, node.Look(number, node.Epoch, Start + 140).State);
    }

    [Fact]
    public void RequestThatBeganBeforeTheFirstUpdateHoldsItsSession()
    {
        var (first, authority) = Room(new RoomSettings { Name = "concert", AdmitPerSecond = 100, Active = 10, SessionMs = 5_000 });
        Assert.True(first.TryEnterDirectly(Start + 60, out var grant));
        Tick(first, authority, Start + 100);

        // The program starts again, and the visitor's WebSocket is there before its first tick.
        var node = new RoomNode(2, slots: 10);
        Assert.Equal(PassCheck.Valid, node.Touch(grant.Slot, grant.Admission, epoch: 1, Start, Start + 150));
        Assert.True(node.Hold(grant.Slot));
        long nowMs = Start + 150;
        for (; nowMs < Start + 30_000; nowMs += 50)
            Tick(node, authority, nowMs);
        Assert.Equal(PassCheck.Valid, node.Touch(grant.Slot, grant.Admission, node.Epoch, Start, nowMs));
        node.Unhold(grant.Slot, nowMs);
        for (; nowMs < Start + 60_000; nowMs += 50)
            Tick(node, authority, nowMs);
        Assert.Equal(PassCheck.Expired, node.Touch(grant.Slot, grant.Admission, node.Epoch, Start, nowMs));
    }

    [Fact]
    public void SlotThatIsNotKnownYetIsNotHeld()
    {
        var node = new RoomNode(1);
        Assert.False(node.Hold(3));
        Assert.False(node.Hold(Grant.LocalSlot));
        Tick(node, new RoomAuthority(new RoomSettings { Name = "concert", AdmitPerSecond = 100, Active = 10 }, Random.Shared.NextBytes, Start), Start + 50);
        Assert.True(node.Hold(3));
    }

    private static (RoomNode Node, RoomAuthority Authority) Room(RoomSettings settings)
    {
        var authority = new RoomAuthority(settings, Random.Shared.NextBytes, Start);
        var node = new RoomNode(1);
        Tick(node, authority, Start + 50);
        return (node, authority);
    }

    private static void Tick(RoomNode node, RoomAuthority authority, long nowMs)
    {
        var update = new RoomUpdate();
        authority.Tick(node.TakeReport(nowMs), update, nowMs);
        node.Accept(update, nowMs);
    }
}
