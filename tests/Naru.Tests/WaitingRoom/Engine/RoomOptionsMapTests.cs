using Naru.Core.Config;
using Naru.Core.WaitingRoom;
using Naru.Engine.WaitingRoom;

namespace Naru.Tests.WaitingRoom.Engine;

/// <summary>What the file says of a line reaches the line.</summary>
public class RoomOptionsMapTests
{
    [Fact]
    public void EveryOptionReachesTheLine()
    {
        var opens = new DateTimeOffset(2026, 12, 1, 20, 0, 0, TimeSpan.FromHours(9));
        var options = new WaitingRoomOptions
        {
            Name = "concert",
            AdmitPerSecond = 12.5,
            Active = 345,
            Session = TimeSpan.FromSeconds(6),
            Mode = RoomMode.Random,
            Opens = opens,
            Prequeue = TimeSpan.FromSeconds(7),
            Grace = TimeSpan.FromSeconds(8),
            Paused = true,
            LocalRatePerSecond = 9.5,
        };
        Assert.Equal(
            new RoomSettings
            {
                Name = "concert",
                AdmitPerSecond = 12.5,
                Active = 345,
                SessionMs = 6_000,
                Mode = RoomMode.Random,
                OpensMs = opens.ToUnixTimeMilliseconds(),
                PrequeueMs = 7_000,
                GraceMs = 8_000,
                Paused = true,
                LocalRatePerSecond = 9.5,
            },
            RoomOptionsMap.Settings(options));
    }

    [Fact]
    public void RateThatFollowsThePoolStartsAtTenASecond()
    {
        var settings = RoomOptionsMap.Settings(new WaitingRoomOptions { Name = "concert", AdmitAuto = true, Active = 1 });
        Assert.Equal((true, 10.0), (settings.AdmitAuto, settings.AdmitPerSecond));
    }
}
