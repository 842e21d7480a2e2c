using System.Globalization;
using System.Text;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Joins;

namespace Naru.Tests.WaitingRoom.Joins;

public class LoginPlacesTests
{
    private const long Start = 1_800_000_000_000;

    private readonly LoginPlaces _places = new(new byte[32]);

    [Fact]
    public void LoginFindsItsPlaceAndNoOthers()
    {
        for (int i = 1; i <= 50_000; i++)
            _places.Set(Hash(i), i);
        int known = 0;
        for (int i = 1; i <= 50_000; i++)
        {
            long number = _places.Number(Hash(i));
            Assert.True(number == 0 || number == i);
            known += number == i ? 1 : 0;
        }

        // Some five sets of the 131,072 have more than four of these.
        Assert.InRange(known, 49_950, 50_000);
        int strangers = 0;
        for (int i = 1_000_000; i < 1_050_000; i++)
            strangers += _places.Number(Hash(i)) != 0 ? 1 : 0;
        Assert.True(strangers <= 1, $"{strangers} strangers found a place");
    }

    [Fact]
    public void ALaterPlaceReplacesTheEarlierOne()
    {
        _places.Set(Hash(1), 7);
        _places.Set(Hash(1), 9);
        Assert.Equal(9, _places.Number(Hash(1)));
    }

    [Fact]
    public void WhereAllIsFullTheOldestAreForgotten()
    {
        for (int i = 1; i <= 2_000_000; i++)
            _places.Set(Hash(i), i);
        int recent = 0, old = 0;
        for (int i = 1_950_001; i <= 2_000_000; i++)
            recent += _places.Number(Hash(i)) == i ? 1 : 0;
        for (int i = 1; i <= 50_000; i++)
            old += _places.Number(Hash(i)) == i ? 1 : 0;
        Assert.True(recent > 49_500 && old < 5_000, $"{recent} recent and {old} old ones are known");
    }

    [Fact]
    public void WhoEnteredWithoutWaitingIsFoundWhileTheSessionLives()
    {
        var (node, grants) = Room(2);
        _places.Set(Hash(1), grants[0]);
        _places.Set(Hash(2), grants[1]);
        Assert.Equal((grants[0], grants[1], default), (_places.Inside(Hash(1), node), _places.Inside(Hash(2), node), _places.Inside(Hash(3), node)));
        Assert.Equal(0, _places.Number(Hash(1)));

        node.Release(grants[0].Slot, grants[0].Admission);
        Assert.Equal((default, grants[1]), (_places.Inside(Hash(1), node), _places.Inside(Hash(2), node)));
        // Of a session before the one that has the slot now.
        _places.Set(Hash(2), grants[1] with { Admission = grants[1].Admission - 1 });
        Assert.Equal(default, _places.Inside(Hash(2), node));
        _places.Set(Hash(2), 5);
        Assert.Equal((default, 5), (_places.Inside(Hash(2), node), _places.Number(Hash(2))));
    }

    [Fact]
    public void WhoEnteredWithoutWaitingIsForgottenBeforeWhoWaits()
    {
        var (node, grants) = Room(1);
        for (int i = 1; i <= 100_000; i++)
            _places.Set(Hash(i), i);
        for (int i = 100_001; i <= 1_000_000; i++)
            _places.Set(Hash(i), new Grant(grants[0].Slot, i));
        int waiting = 0, inside = 0;
        for (int i = 1; i <= 100_000; i++)
            waiting += _places.Number(Hash(i)) == i ? 1 : 0;
        for (int i = 2_000_001; i <= 2_050_000; i++)
        {
            _places.Set(Hash(i), grants[0]);
            inside += _places.Inside(Hash(i), node) == grants[0] ? 1 : 0;
        }

        Assert.True(waiting > 98_000, $"{waiting} of those who wait are known");
        Assert.Equal(50_000, inside);
    }

    [Fact]
    public void NobodyAndTheOverlongAreNoLogin()
    {
        Assert.Equal(0UL, _places.Hash(default));
        Assert.Equal(0UL, _places.Hash(new byte[LoginPlaces.LoginBytesMax + 1]));
        Assert.NotEqual(0UL, _places.Hash(new byte[LoginPlaces.LoginBytesMax]));
        _places.Set(Hash(1), 0);
        _places.Set(Hash(1), 1L << 39);
        _places.Set(Hash(1), new Grant(Grant.LocalSlot, 1));
        Assert.Equal((0, default), (_places.Number(Hash(1)), _places.Inside(Hash(1), Room(1).Node)));
    }

    [Fact]
    public void LookingUpAllocatesNothing()
    {
        byte[] login = "somebody@example.com"u8.ToArray();
        var (node, grants) = Room(1);
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int i = 1; i < 1000; i++)
            {
                ulong hash = _places.Hash(login);
                _places.Set(hash, i);
                Assert.True(_places.Number(hash) == i);
                _places.Set(hash, grants[0]);
                Assert.True(_places.Inside(hash, node) == grants[0]);
            }
        }));
    }

    private ulong Hash(int login) => _places.Hash(Encoding.ASCII.GetBytes(login.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A room with so many visitors inside who did not wait.</summary>
    private static (RoomNode Node, Grant[] Grants) Room(int inside)
    {
        var authority = new RoomAuthority(new RoomSettings { Name = "concert", AdmitPerSecond = 1000, Active = 10 }, Random.Shared.NextBytes, Start);
        var node = new RoomNode(1);
        var update = new RoomUpdate();
        authority.Tick(node.TakeReport(Start + 50), update, Start + 50);
        node.Accept(update, Start + 50);
        var grants = new Grant[inside];
        foreach (ref var grant in grants.AsSpan())
            Assert.True(node.TryEnterDirectly(Start + 60, out grant));
        return (node, grants);
    }
}
