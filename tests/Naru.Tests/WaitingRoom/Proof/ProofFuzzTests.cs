using System.Buffers.Text;
using System.Text;
using Naru.Core.WaitingRoom.Proof;
using Naru.Tests.Fuzz;

namespace Naru.Tests.WaitingRoom.Proof;

/// <summary>
/// Mutation fuzzing of what a visitor may send as a cookie, in process; <see cref="FuzzRun"/> says how long. Whatever comes: no
/// exception, and only the corpus's own genuine value is accepted.
/// </summary>
public class ProofFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Corpus =
    [
        "", "1", "=", "null", "undefined", "deleted", "\"\"", "1====", "1" + new string('A', 72), "1" + new string('_', 84), "1" + new string('=', 72),
        new string('1', 4096), "2" + new string('A', 72), "eyJhbGciOiJub25lIn0.e30.", "1 " + new string('A', 71), "1" + new string('\0', 72), "%31", "1\r\nSet-Cookie: a=b",
    ];

    [Fact]
    public void NoMutationOfAGenuineValueIsAccepted()
    {
        int seed = FuzzRun.Seed(1);
        int values = 0;
        using var tickets = new TicketCodec(Samples.Keys());
        using var passes = new PassCodec(Samples.Keys());
        var ticket = Samples.Write(tickets, Samples.Ticket);
        var pass = Samples.Write(passes, Samples.Pass);
        byte[][] corpus = [ticket, pass, .. Corpus.Select(Encoding.Latin1.GetBytes)];
        int reachedTheMac = 0;
        foreach (int n in FuzzRun.Inputs(20_000))
        {
            values++;
            var random = new Random(unchecked((seed * 1_000_003) + n)); // one value is replayed alone
            var value = Mutate(random, corpus);
            try
            {
                var asTicket = tickets.Read(value, Samples.Host, Samples.Epoch, out _);
                var asPass = passes.Read(value, Samples.Host, Samples.Epoch, out _);
                Assert.True(asTicket is not (ProofResult.Ok or ProofResult.WrongEpoch) || value.AsSpan().SequenceEqual(ticket));
                Assert.True(asPass is not (ProofResult.Ok or ProofResult.WrongEpoch) || value.AsSpan().SequenceEqual(pass));
                if (asTicket == ProofResult.BadMac || asPass == ProofResult.BadMac)
                    reachedTheMac++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, value {n}: {Convert.ToHexString(value)}", e);
            }
        }

        output.WriteLine($"seed {seed}, {values} values, {reachedTheMac} reached the MAC");
        Assert.InRange(reachedTheMac, values / 20, values); // fuzzing that is always refused early tests little
    }

    private static byte[] Mutate(Random random, byte[][] corpus)
    {
        // Half of the changes are made to the bytes below base64, so that they reach the MAC.
        var seed = corpus[random.Next(2) == 0 ? random.Next(2) : random.Next(corpus.Length)];
        if (random.Next(2) == 0 && seed.Length is TicketCodec.ValueBytes or PassCodec.ValueBytes && Base64Url.IsValid(seed.AsSpan(1)))
        {
            var inner = Base64Url.DecodeFromUtf8(seed.AsSpan(1));
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                inner[random.Next(2, inner.Length)] ^= (byte)random.Next(1, 256);
            return [seed[0], .. Base64Url.EncodeToUtf8(inner)];
        }

        var bytes = seed.ToList();
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(bytes.Count + 1);
            int length = random.Next(Math.Min(bytes.Count - at, 20) + 1);
            switch (random.Next(4))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    bytes.InsertRange(at, corpus[random.Next(corpus.Length)].Skip(at).Take(length));
                    break;
            }
        }

        return [.. bytes];
    }
}
