using System.Buffers;
using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>What the operator changes by hand lasts until the configuration's own setting of that thing changes, or says the same.</summary>
public class ByHandTests
{
    private const long Start = 1_800_000_000_000;
    private const long Hour = 3_600_000;

    private static readonly RoomSettings Shop = new() { Name = "shop", AdmitPerSecond = 20, Active = 4 };
    private static readonly RoomSettings Tonight = Shop with { OpensMs = Start + Hour };
    private static readonly RoomSettings Tomorrow = Shop with { OpensMs = Start + (24 * Hour) };

    private readonly RoomUpdate _update = new();
    private readonly RoomNode _node = new(1);
    private RoomAuthority _authority = null!;
    private long _nowMs = Start;

    [Fact]
    public void RoomThatWasOpenedBeforeItsTimeWaitsForTheNextOpeningOfTheFile()
    {
        Begin(Tonight);
        Assert.Equal(RoomPhase.Scheduled, View.Phase);
        Change(c => c with { Override = RoomOverride.Open, OverrideOpensMs = Tonight.OpensMs });
        Assert.Equal(RoomPhase.Open, View.Phase);
        Reload(Tonight with { Active = 7 });
        Assert.Equal((RoomPhase.Open, RoomOverride.Open), (View.Phase, View.Controls.Override));

        Reload(Tomorrow);
        Assert.Equal((RoomPhase.Scheduled, RoomControls.None), (View.Phase, View.Controls));
        // The opening that was had by hand is not had once more.
        Reload(Tonight);
        Assert.Equal(RoomControls.None, View.Controls);
    }

    [Fact]
    public void OpeningByHandIsOverWhenItsTimeHasCome()
    {
        Begin(Tonight);
        Change(c => c with { Override = RoomOverride.Open, OverrideOpensMs = Tonight.OpensMs });
        Pass(Hour);
        Assert.Equal((RoomPhase.Open, RoomControls.None), (View.Phase, View.Controls));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RoomThatWasClosedStaysClosedUntilTheFileNamesAnotherOpening(bool restarts)
    {
        Begin(Tonight);
        Pass(Hour);
        Assert.Equal(RoomPhase.Open, View.Phase);
        Change(c => c with { Override = RoomOverride.Closed, OverrideOpensMs = Tonight.OpensMs });
        Next(Tonight with { AdmitPerSecond = 5 });
        Assert.Equal(RoomPhase.Closed, View.Phase);
        Next(Tomorrow);
        Assert.Equal((RoomPhase.Scheduled, RoomControls.None), (View.Phase, View.Controls));

        void Next(RoomSettings settings)
        {
            if (restarts)
                Restart(settings);
            else
                Reload(settings);
        }
    }

    [Fact]
    public void RoomWithoutAnOpeningThatWasClosedStaysClosedOverReloads()
    {
        Begin(Shop);
        Change(c => c with { Override = RoomOverride.Closed });
        Reload(Shop with { AdmitPerSecond = 5 });
        Restart(Shop);
        Assert.Equal(RoomPhase.Closed, View.Phase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RoomThatWasResumedBeginsPausedAgainWhenTheFileSaysSoAnew(bool restarts)
    {
        Begin(Shop with { Paused = true });
        Assert.True(View.Paused);
        Change(c => c with { Resumed = true });
        Assert.False(View.Paused);
        Next(Shop with { Paused = true, Active = 7 });
        Assert.False(View.Paused);

        Next(Shop);
        Assert.Equal((false, RoomControls.None), (View.Paused, View.Controls));
        Next(Shop with { Paused = true });
        Assert.True(View.Paused);

        void Next(RoomSettings settings)
        {
            if (restarts)
                Restart(settings);
            else
                Reload(settings);
        }
    }

    [Fact]
    public void PauseByHandEndsWithThePauseOfTheFileThatSaysTheSame()
    {
        Begin(Shop);
        Change(c => c with { Paused = true });
        Reload(Shop with { Active = 7 });
        Assert.True(View.Paused);
        Reload(Shop with { Paused = true });
        Assert.Equal((true, RoomControls.None), (View.Paused, View.Controls));
        Reload(Shop);
        Assert.False(View.Paused);
    }

    [Fact]
    public void PauseTakesAResumeBack()
    {
        Begin(Shop with { Paused = true });
        Change(c => c with { Resumed = true });
        Change(c => c with { Paused = true });
        Assert.Equal((true, RoomControls.None), (View.Paused, View.Controls));
    }

    [Fact]
    public void ReloadLeavesRateLimitDrainAndMessageAsTheyAre()
    {
        Begin(Tonight);
        var changed = RoomControls.None with { AdmitPerSecond = 3, Active = 2, Draining = true, Message = "later", Revocations = 1 };
        Change(_ => changed);
        Reload(Tomorrow with { Paused = true });
        Restart(Shop);
        Assert.Equal(changed, View.Controls);
    }

    private RoomView View => _authority.View;

    private void Begin(RoomSettings settings)
    {
        _authority = new RoomAuthority(settings, Random.Shared.NextBytes, _nowMs) { IsAlone = true };
        Pass(1_000);
    }

    private void Change(Func<RoomControls, RoomControls> change)
    {
        _authority.Apply(change(View.Controls), _nowMs);
        Pass(1_000);
    }

    private void Reload(RoomSettings settings)
    {
        _authority.Configure(settings, _nowMs);
        Pass(1_000);
    }

    private void Restart(RoomSettings settings)
    {
        var saved = new ArrayBufferWriter<byte>();
        _authority.Save(saved);
        _authority = RoomAuthority.Restore(saved.WrittenSpan, settings, Random.Shared.NextBytes, _nowMs, isAlone: true);
        Pass(1_000);
    }

    private void Pass(long ms)
    {
        for (long end = _nowMs + ms; _nowMs < end;)
        {
            _nowMs += ms > 60_000 ? 1_000 : RoomLimits.TickMs;
            _authority.Tick(_node.TakeReport(_nowMs), _update, _nowMs);
            _node.Accept(_update, _nowMs);
        }
    }
}
