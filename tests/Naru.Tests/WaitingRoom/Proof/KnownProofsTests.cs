using System.Text;
using Naru.Core.WaitingRoom.Proof;

namespace Naru.Tests.WaitingRoom.Proof;

/// <summary>A proof that is known is believed without its MAC; nothing else is.</summary>
public sealed class KnownProofsTests : IDisposable
{
    private readonly KnownProofs _known = new();
    private readonly TicketCodec _tickets;
    private readonly PassCodec _passes;

    public KnownProofsTests()
    {
        _tickets = new TicketCodec(Samples.Keys(), _known);
        _passes = new PassCodec(Samples.Keys(), _known);
    }

    public void Dispose()
    {
        _tickets.Dispose();
        _passes.Dispose();
    }

    [Fact]
    public void EveryChangedCharacterOfAKnownProofIsRefused()
    {
        byte[] ticket = Samples.Write(_tickets, Samples.Ticket), pass = Samples.Write(_passes, Samples.Pass);
        Assert.Equal(ProofResult.Ok, _tickets.Read(ticket, Samples.Host, Samples.Epoch, out _));
        Assert.Equal(ProofResult.Ok, _passes.Read(pass, Samples.Host, Samples.Epoch, out _));
        for (int i = 0; i < ticket.Length; i++)
            foreach (byte other in "-_09AZaz"u8.ToArray().Where(c => c != ticket[i]))
                Assert.NotEqual(ProofResult.Ok, _tickets.Read([.. ticket[..i], other, .. ticket[(i + 1)..]], Samples.Host, Samples.Epoch, out _));
        for (int i = 0; i < pass.Length; i++)
            foreach (byte other in "-_09AZaz"u8.ToArray().Where(c => c != pass[i]))
                Assert.NotEqual(ProofResult.Ok, _passes.Read([.. pass[..i], other, .. pass[(i + 1)..]], Samples.Host, Samples.Epoch, out _));
    }

    [Fact]
    public void KnownProofIsWorthNothingOnAnotherHost()
    {
        byte[] ticket = Samples.Write(_tickets, Samples.Ticket);
        Assert.Equal(ProofResult.Ok, _tickets.Read(ticket, Samples.Host, Samples.Epoch, out _));
        Assert.Equal(ProofResult.BadMac, _tickets.Read(ticket, "other.example.com"u8, Samples.Epoch, out _));
        Assert.Equal(ProofResult.BadMac, _tickets.Read(ticket, default, Samples.Epoch, out _));
    }

    [Fact]
    public void KnownProofIsReadAsItWasTheFirstTime()
    {
        byte[] ticket = Samples.Write(_tickets, Samples.Ticket), pass = Samples.Write(_passes, Samples.Pass);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(ProofResult.WrongEpoch, _tickets.Read(ticket, Samples.Host, Samples.Epoch + 1, out var readTicket));
            Assert.Equal(Samples.Ticket with { KeyId = _tickets.CurrentKeyId }, readTicket);
            Assert.Equal(ProofResult.Ok, _passes.Read(pass, Samples.Host, Samples.Epoch, out var readPass));
            Assert.Equal(Samples.Pass with { KeyId = _passes.CurrentKeyId }, readPass);
        }
    }

    [Fact]
    public void LoopsShareWhatTheyVerifiedAndForgottenOnesAreVerifiedAgain()
    {
        // A codec with other keys believes what the first one noted: proof that no MAC is asked for again.
        using var blind = new TicketCodec(new RoomKeys("concert", Encoding.ASCII.GetBytes(new string('x', 32))), _known);
        byte[] ticket = Samples.Write(_tickets, Samples.Ticket);
        Assert.NotEqual(ProofResult.Ok, blind.Read(ticket, Samples.Host, Samples.Epoch, out _));
        Assert.Equal(ProofResult.Ok, _tickets.Read(ticket, Samples.Host, Samples.Epoch, out _));
        Assert.Equal(ProofResult.Ok, blind.Read(ticket, Samples.Host, Samples.Epoch, out _));

        // A million numbers later the place is another's.
        byte[] later = Samples.Write(_tickets, Samples.Ticket with { Number = Samples.Ticket.Number + (1 << 20) });
        Assert.Equal(ProofResult.Ok, _tickets.Read(later, Samples.Host, Samples.Epoch, out _));
        Assert.NotEqual(ProofResult.Ok, blind.Read(ticket, Samples.Host, Samples.Epoch, out _));
        Assert.Equal(ProofResult.Ok, _tickets.Read(ticket, Samples.Host, Samples.Epoch, out _));
    }
}
