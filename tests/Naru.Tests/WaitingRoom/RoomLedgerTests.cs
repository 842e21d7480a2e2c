using System.Buffers;
using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

public class RoomLedgerTests
{
    [Fact]
    public void ReplayOfWhatWasWrittenGivesTheSameLedger()
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var ledger = new RoomLedger();
            var changes = new ArrayBufferWriter<byte>();
            byte[] first = [];
            for (int step = 0; step < 300; step++)
            {
                Change(ledger, random);
                if (step == 150)
                {
                    ledger.TakeChanges(changes);
                    first = Saved(ledger);
                }
            }
            ledger.TakeChanges(changes);
            byte[] expected = Saved(ledger);

            var replayed = new RoomLedger();
            replayed.Replay(changes.WrittenSpan);
            Assert.True(expected.AsSpan().SequenceEqual(Saved(replayed)), $"seed {seed}: replay");

            var restored = new RoomLedger();
            restored.Restore(expected);
            Assert.True(expected.AsSpan().SequenceEqual(Saved(restored)), $"seed {seed}: restore");

            // A snapshot that is older than the end of the log it stands before: the first half comes twice.
            var twice = new RoomLedger();
            twice.Restore(first);
            twice.Replay(changes.WrittenSpan);
            AssertSame(ledger, twice, seed);
        }
    }

    [Fact]
    public void DamagedBytesAreRefusedAndNeverCrash()
    {
        for (int seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var ledger = new RoomLedger();
            for (int step = 0; step < 100; step++)
                Change(ledger, random);
            byte[] saved = Saved(ledger);
            if (random.Next(2) == 0)
                saved = saved[..random.Next(saved.Length)];
            else
                for (int i = 0; i < 5; i++)
                    saved[random.Next(saved.Length)] = (byte)random.Next(256);
            try
            {
                new RoomLedger().Restore(saved);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void OperatorsChangesComeBackAsTheyWere()
    {
        var controls = new RoomControls
        {
            AdmitPerSecond = 12.5,
            Active = 77,
            Paused = true,
            Draining = true,
            Override = RoomOverride.Closed,
            OverrideOpensMs = 1_800_000_000_000,
            Message = "곧 다시 시작합니다",
            Revocations = 3,
        };
        var ledger = new RoomLedger();
        ledger.SetControls(controls);
        var restored = new RoomLedger();
        restored.Restore(Saved(ledger));
        Assert.Equal(controls, restored.Controls);
    }

    [Fact]
    public void LineThatGoesOnFromALostOneComesBackAsItWas()
    {
        var ledger = new RoomLedger(isUnknown: true);
        var changes = new ArrayBufferWriter<byte>();
        ledger.SetNextSeed(new byte[32]);
        // Not begun: neither a save nor the changes make it so.
        var early = new RoomLedger(isUnknown: true);
        ledger.TakeChanges(changes);
        early.Replay(changes.WrittenSpan);
        Assert.Equal(0, early.Epoch);
        early.Restore(Saved(ledger));
        Assert.Equal(0, early.Epoch);

        ledger.Begin(epoch: 2_000, revokedBelow: 1, from: 70_000_001, serving: 5_001, graceFrom: 5_001);
        ledger.SetHigh(70_020_001);
        ledger.Join(70_000_001, 70_000_301);
        ledger.SetServing(6_000, 1_000);
        ledger.SetEpoch(2_001, 1);
        ledger.TakeChanges(changes);
        var replayed = new RoomLedger(isUnknown: true);
        replayed.Replay(changes.WrittenSpan);
        var restored = new RoomLedger();
        restored.Restore(Saved(ledger));
        restored.Replay(changes.WrittenSpan);
        foreach (var same in new[] { replayed, restored })
        {
            Assert.Equal((2_001, 2_000, 70_000_001, 70_020_001, 6_000), (same.Epoch, same.BornEpoch, same.BornFrom, same.High, same.Serving));
            Assert.Equal((5_001, 70_000_301), (same.History.GraceFrom, same.JoinedTo));
            Assert.Equal(Saved(ledger), Saved(same));
        }
    }

    [Fact]
    public void LineThatLentNumbersHasBegunWhateverElseIsWrittenDown()
    {
        var ledger = new RoomLedger();
        ledger.SetHigh(16_385);
        var changes = new ArrayBufferWriter<byte>();
        ledger.TakeChanges(changes);
        var replayed = new RoomLedger(isUnknown: true);
        replayed.Replay(changes.WrittenSpan);
        Assert.Equal(1, replayed.Epoch);
    }

    private static void Change(RoomLedger ledger, Random random)
    {
        switch (random.Next(12))
        {
            case 0: ledger.SetHigh(ledger.High + random.Next(5_000)); break;
            case 1: ledger.SetAdmissionHigh(ledger.AdmissionHigh + 100); break;
            case 2: ledger.Join(Math.Max(1, ledger.High - random.Next(3_000)), ledger.High); break;
            case 3: ledger.SetServing(Math.Min(ledger.High, ledger.Serving + random.Next(1_000)), ledger.TurnMs + random.Next(3_000)); break;
            case 4 or 5: ledger.Grant(new Grant(random.Next(50), ledger.Slots.Admission(0) + random.Next(1, 100))); break;
            case 6 or 7:
                int slot = random.Next(50);
                if (ledger.Slots.Use(slot) == SlotUse.Granted)
                    ledger.Start(new Grant(slot, ledger.Slots.Admission(slot)), random.Next(2) == 0 ? 0 : random.NextInt64(1, ledger.Serving + 1));
                break;
            case 8:
                int ended = random.Next(50);
                ledger.End(new Grant(ended, ledger.Slots.Admission(ended)));
                break;
            case 9:
                ledger.SetNextSeed([.. Enumerable.Range(0, 32).Select(_ => (byte)random.Next(256))]);
                long from = Math.Max(ledger.Serving, ledger.Draws.Count == 0 ? 0 : ledger.Draws[^1].To);
                if (ledger.High > from && random.Next(4) == 0)
                    ledger.AddDraw(from, ledger.High);
                break;
            case 10: ledger.SetControls(new RoomControls { Paused = random.Next(2) == 0, Message = "x" }); break;
            default:
                if (random.Next(20) == 0)
                    ledger.SetEpoch(ledger.Epoch + 1, random.Next(2) == 0 ? ledger.RevokedBelow : ledger.Epoch + 1);
                ledger.SetUndrawn(random.Next(2) == 0 ? long.MaxValue : ledger.High);
                break;
        }
    }

    private static void AssertSame(RoomLedger expected, RoomLedger actual, int seed)
    {
        Assert.True(expected.Epoch == actual.Epoch && expected.RevokedBelow == actual.RevokedBelow, $"seed {seed}: epoch");
        Assert.True(expected.High == actual.High && expected.AdmissionHigh == actual.AdmissionHigh, $"seed {seed}: high");
        Assert.True(expected.Serving == actual.Serving && expected.UndrawnFrom == actual.UndrawnFrom, $"seed {seed}: mark");
        Assert.True(expected.Draws.Count == actual.Draws.Count && expected.Controls == actual.Controls, $"seed {seed}: draws");
        Assert.True(expected.Slots.Active == actual.Slots.Active && expected.Slots.Granted == actual.Slots.Granted, $"seed {seed}: slots");
        for (int slot = 0; slot < 50; slot++)
            Assert.True(expected.Slots.Use(slot) == actual.Slots.Use(slot) && expected.Slots.Admission(slot) == actual.Slots.Admission(slot), $"seed {seed}: slot {slot}");
    }

    private static byte[] Saved(RoomLedger ledger)
    {
        var writer = new ArrayBufferWriter<byte>();
        ledger.Save(writer);
        return writer.WrittenSpan.ToArray();
    }
}
