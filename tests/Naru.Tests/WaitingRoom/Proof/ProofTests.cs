using System.Text;
using Naru.Core.WaitingRoom.Proof;

namespace Naru.Tests.WaitingRoom.Proof;

public sealed class ProofTests : IDisposable
{
    private static readonly byte[] OtherSecret = [.. Samples.Secret.Reverse()];

    private readonly TicketCodec _tickets = new(Samples.Keys());
    private readonly PassCodec _passes = new(Samples.Keys());

    public void Dispose()
    {
        _tickets.Dispose();
        _passes.Dispose();
    }

    /// <summary>Visitors hold these values: a change of the format loses every place. Computed by another program (docs/waiting-room-page.md).</summary>
    [Fact]
    public void TheTicketFormatIsFixed() => Assert.Equal(
        "1ZyoAAAAAAAcAAAAMZTkAAwARIjNEVWZ3iJmqu8zd7v8BojFC74AAAAALyZTvCRmryadmk1aJuoAp6pmU",
        Encoding.ASCII.GetString(Samples.Write(_tickets, Samples.Ticket)));

    [Fact]
    public void ThePassFormatIsFixed() => Assert.Equal(
        "1ZyoAAAAAAAcAAE4fAAAAABJnAAAADGU5ABEiM0RVZneImaq7zN3u_wGiMULvgDVxb-fTNspN1oluCG_7R1Fj",
        Encoding.ASCII.GetString(Samples.Write(_passes, Samples.Pass)));

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        Assert.Equal(ProofResult.Ok, _tickets.Read(Samples.Write(_tickets, Samples.Ticket), Samples.Host, Samples.Epoch, out var ticket));
        Assert.Equal(Samples.Ticket with { KeyId = _tickets.CurrentKeyId }, ticket);
        Assert.Equal(ProofResult.Ok, _passes.Read(Samples.Write(_passes, Samples.Pass), Samples.Host, Samples.Epoch, out var pass));
        Assert.Equal(Samples.Pass with { KeyId = _passes.CurrentKeyId }, pass);
    }

    [Theory]
    [InlineData(0)]
    [InlineData((1L << 48) - 1)]
    public void FieldsReachTheirEnds(long end)
    {
        var ticket = new Ticket(end, end, ushort.MaxValue, new VisitorId(UInt128.MaxValue), end, end, _tickets.CurrentKeyId);
        Assert.Equal(ProofResult.Ok, _tickets.Read(Samples.Write(_tickets, ticket), Samples.Host, end, out var ticketBack));
        Assert.Equal(ticket, ticketBack);
        var pass = new Pass(end, int.MaxValue, end, end, default, end, _passes.CurrentKeyId);
        Assert.Equal(ProofResult.Ok, _passes.Read(Samples.Write(_passes, pass), Samples.Host, end, out var passBack));
        Assert.Equal(pass, passBack);
    }

    [Fact]
    public void FieldsPastTheirEndsAreNeverWritten()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Samples.Write(_tickets, Samples.Ticket with { Number = 1L << 48 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Samples.Write(_tickets, Samples.Ticket with { IssuedMs = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Samples.Write(_passes, Samples.Pass with { Slot = -1 }));
    }

    [Fact]
    public void AnyFlippedBitIsRefused()
    {
        var ticket = Samples.Write(_tickets, Samples.Ticket);
        var pass = Samples.Write(_passes, Samples.Pass);
        for (int bit = 0; bit < ticket.Length * 8; bit++)
            AssertRefused(Read(Flipped(ticket, bit), _tickets), bit);
        for (int bit = 0; bit < pass.Length * 8; bit++)
            AssertRefused(Read(Flipped(pass, bit), _passes), bit);
    }

    [Fact]
    public void AnyOtherCharacterAtAnyPlaceIsRefused()
    {
        var ticket = Samples.Write(_tickets, Samples.Ticket);
        for (int at = 0; at < ticket.Length; at++)
            for (int value = 0; value < 256; value++)
                if (ticket[at] != value)
                {
                    var changed = ticket.ToArray();
                    changed[at] = (byte)value;
                    AssertRefused(Read(changed, _tickets), at);
                }
    }

    [Fact]
    public void CutAndLengthenedValuesAreMalformed()
    {
        var ticket = Samples.Write(_tickets, Samples.Ticket);
        for (int length = 0; length < ticket.Length; length++)
        {
            Assert.Equal(ProofResult.Malformed, Read(ticket.AsSpan(0, length), _tickets));
            Assert.Equal(ProofResult.Malformed, Read(ticket.AsSpan(ticket.Length - length), _tickets));
        }

        Assert.Equal(ProofResult.Malformed, Read([.. ticket, (byte)'A'], _tickets));
        Assert.Equal(ProofResult.Malformed, Read([.. ticket, (byte)'='], _tickets));
        Assert.Equal(ProofResult.Malformed, Read([(byte)'"', .. ticket, (byte)'"'], _tickets));
    }

    /// <summary>The decoder of the base class library passes over white space and takes padding: another spelling of the same bytes.</summary>
    [Theory]
    [InlineData(' ')]
    [InlineData('\t')]
    [InlineData('\n')]
    [InlineData('=')]
    [InlineData('+')]
    public void WhatIsNotOfTheAlphabetIsMalformed(char character)
    {
        var ticket = Samples.Write(_tickets, Samples.Ticket);
        for (int at = 1; at < ticket.Length; at++)
        {
            var changed = ticket.ToArray();
            changed[at] = (byte)character;
            Assert.Equal(ProofResult.Malformed, Read(changed, _tickets));
        }
    }

    [Fact]
    public void AnotherRoomsProofsAreRefused()
    {
        using var tickets = new TicketCodec(Samples.Keys("concert2"));
        using var passes = new PassCodec(Samples.Keys("concert2"));
        Assert.NotEqual(ProofResult.Ok, Read(Samples.Write(tickets, Samples.Ticket), _tickets));
        Assert.NotEqual(ProofResult.Ok, Read(Samples.Write(passes, Samples.Pass), _passes));
    }

    /// <summary>Key ids differ by room, which hides what the MAC says; so the id of this room is set into the other's proof.</summary>
    [Fact]
    public void AnotherRoomsProofsUnderThisRoomsKeyIdHaveABadMac()
    {
        using var other = new TicketCodec(Samples.Keys("concert2"));
        var forged = Samples.Write(other, Samples.Ticket);
        Samples.Write(_tickets, Samples.Ticket).AsSpan(0, 3).CopyTo(forged);
        var bytes = System.Buffers.Text.Base64Url.DecodeFromUtf8(forged.AsSpan(1));
        bytes[0] = (byte)(_tickets.CurrentKeyId >> 8);
        bytes[1] = (byte)_tickets.CurrentKeyId;
        System.Buffers.Text.Base64Url.EncodeToUtf8(bytes, forged.AsSpan(1));
        Assert.Equal(ProofResult.BadMac, Read(forged, _tickets));
    }

    [Fact]
    public void AnotherHostsProofsHaveABadMac()
    {
        foreach (string host in new[] { "", "shop.example.co", "shop.example.com.", "example.com", "shop.example.com:8080" })
        {
            Assert.Equal(ProofResult.BadMac, Read(Samples.Write(_tickets, Samples.Ticket, host), _tickets));
            Assert.Equal(ProofResult.BadMac, Read(Samples.Write(_passes, Samples.Pass, host), _passes));
        }
    }

    [Fact]
    public void ATicketIsNoPassAndAPassIsNoTicket()
    {
        Assert.Equal(ProofResult.Malformed, Read(Samples.Write(_passes, Samples.Pass), _tickets));
        Assert.Equal(ProofResult.Malformed, Read(Samples.Write(_tickets, Samples.Ticket), _passes));
        // Were the lengths alike, the keys would still differ.
        var key = Samples.Keys().Ring[0];
        Assert.NotEqual(key.Ticket, key.Pass);
        Assert.NotEqual(key.Ticket, key.Slip);
        Assert.NotEqual(key.Pass, key.Slip);
    }

    [Fact]
    public void AnOldEpochIsNamedAndItsTicketShown()
    {
        var value = Samples.Write(_tickets, Samples.Ticket);
        foreach (long epoch in new[] { Samples.Epoch - 1, Samples.Epoch + 1, 0 })
        {
            Assert.Equal(ProofResult.WrongEpoch, _tickets.Read(value, Samples.Host, epoch, out var ticket));
            Assert.Equal(Samples.Ticket.Number, ticket.Number);
            Assert.Equal(ProofResult.WrongEpoch, _passes.Read(Samples.Write(_passes, Samples.Pass), Samples.Host, epoch, out _));
        }
    }

    [Fact]
    public void RefusedProofsTellNothing()
    {
        _tickets.Read(Flipped(Samples.Write(_tickets, Samples.Ticket), 70), Samples.Host, Samples.Epoch, out var ticket);
        Assert.Equal(default, ticket);
    }

    [Fact]
    public void AKeyLivesThroughTwoRotationsAndEndsWithTheThird()
    {
        var value = Samples.Write(_tickets, Samples.Ticket);
        var keys = Samples.Keys();
        for (byte rotation = 1; rotation <= 3; rotation++)
        {
            keys = keys.Rotate([.. Enumerable.Repeat(rotation, 32)]);
            using var codec = new TicketCodec(keys);
            Assert.Equal(rotation <= 2 ? ProofResult.Ok : ProofResult.UnknownKey, Read(value, codec));
            Assert.Equal(ProofResult.Ok, Read(Samples.Write(codec, Samples.Ticket), codec));
            Assert.NotEqual(_tickets.CurrentKeyId, codec.CurrentKeyId);
        }
    }

    [Fact]
    public void RotatingToTheSameSecretChangesNothing()
    {
        var keys = Samples.Keys();
        Assert.Same(keys, keys.Rotate(Samples.Secret));
    }

    /// <summary>A reload with the same files may not forget what was verified with their keys.</summary>
    [Fact]
    public void RenewingWithTheSameSecretsChangesNothing()
    {
        var keys = Samples.Keys();
        Assert.Same(keys, keys.Renew(null, Samples.Secret));
        var withPrevious = keys.Renew(OtherSecret, Samples.Secret);
        Assert.NotSame(keys, withPrevious);
        Assert.Equal(Samples.Keys().CurrentId, withPrevious.CurrentId);
        Assert.Same(withPrevious, withPrevious.Renew(OtherSecret, Samples.Secret));
        Assert.Same(withPrevious, withPrevious.Renew(null, Samples.Secret));
        using var other = new TicketCodec(new RoomKeys(Samples.Keys().Room, OtherSecret));
        using var codec = new TicketCodec(withPrevious);
        Assert.Equal(ProofResult.Ok, Read(Samples.Write(other, Samples.Ticket), codec));
    }

    [Fact]
    public void RotatingBackPutsTheOldKeyFirstAndKeepsTheOther()
    {
        var rotated = Samples.Keys().Rotate(OtherSecret);
        var back = rotated.Rotate(Samples.Secret);
        Assert.Equal(Samples.Keys().CurrentId, back.CurrentId);
        Assert.Equal(2, back.Ring.Length);
        using var codec = new TicketCodec(rotated);
        using var backCodec = new TicketCodec(back);
        Assert.Equal(ProofResult.Ok, Read(Samples.Write(codec, Samples.Ticket), backCodec));
    }

    [Fact]
    public void AnotherSecretsProofsAreOfAnUnknownKey()
    {
        using var other = new TicketCodec(new RoomKeys("concert", OtherSecret));
        Assert.Equal(ProofResult.UnknownKey, Read(Samples.Write(other, Samples.Ticket), _tickets));
    }

    [Fact]
    public void TwoNodesWithOneSecretBelieveEachOther()
    {
        using var other = new TicketCodec(Samples.Keys());
        Assert.Equal(ProofResult.Ok, Read(Samples.Write(other, Samples.Ticket), _tickets));
    }

    [Fact]
    public void AShortSecretIsRefused() =>
        Assert.Contains("at least 32 bytes, this one 31", Assert.Throws<ArgumentException>(() => new RoomKeys("concert", new byte[31])).Message);

    [Fact]
    public void ChecksAllocateNothing()
    {
        var ticket = Samples.Write(_tickets, Samples.Ticket);
        var pass = Samples.Write(_passes, Samples.Pass);
        var forged = Flipped(pass, 200);
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                _passes.Read(i % 10 == 0 ? forged : pass, Samples.Host, Samples.Epoch, out _);
                if (i % 8 == 0)
                {
                    _tickets.Read(ticket, Samples.Host, Samples.Epoch, out _);
                    _tickets.Write(Samples.Ticket, Samples.Host, ticket);
                    _passes.Write(Samples.Pass, Samples.Host, pass);
                }
            }
        }));
    }

    private static void AssertRefused(ProofResult result, int at) =>
        Assert.True(result is ProofResult.Malformed or ProofResult.UnknownKey or ProofResult.BadMac, $"{result} at {at}");

    private static ProofResult Read(ReadOnlySpan<byte> value, TicketCodec codec) => codec.Read(value, Samples.Host, Samples.Epoch, out _);

    private static ProofResult Read(ReadOnlySpan<byte> value, PassCodec codec) => codec.Read(value, Samples.Host, Samples.Epoch, out _);

    private static byte[] Flipped(byte[] value, int bit)
    {
        var changed = value.ToArray();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
