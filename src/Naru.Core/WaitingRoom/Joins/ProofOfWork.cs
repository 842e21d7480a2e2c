using System.Buffers.Text;
using System.Security.Cryptography;

namespace Naru.Core.WaitingRoom.Joins;

/// <summary>
/// Work that a slowed visitor's browser may do (the idea of hashcash, Back 2002): find a decimal number for which SHA-256 of
/// <c>puzzle:number</c> begins with so many zero bits. The puzzle is 16 hexadecimal digits, so that the whole text fits one block of
/// the hash. Who has done it waits as long as the rate asks; who has not, as a browser without JavaScript, waits longer.
/// </summary>
public static class ProofOfWork
{
    /// <summary>About 16,000 tries: 0.1 s in a phone's browser.</summary>
    public const int BitsMin = 14;

    /// <summary>About 520,000 tries: some 4 s in a phone's browser.</summary>
    public const int BitsMax = 19;

    public const int PuzzleChars = 16;

    /// <summary>A solution has this many digits at most: 10^12 tries.</summary>
    public const int SolutionCharsMax = 12;

    /// <summary>How much longer than the others a visitor waits who has not done the work.</summary>
    public const int UnsolvedExtraMs = 10_000;

    /// <summary>The more joins of the address or its network wait, the harder: from the least to the most over the longest delay.</summary>
    public static int BitsFor(int delayMs) =>
        BitsMin + (int)((long)(BitsMax - BitsMin + 1) * Math.Min(delayMs, JoinLimiter.DelayMsMax - 1) / JoinLimiter.DelayMsMax);

    /// <param name="solution">What the visitor sent: up to <see cref="SolutionCharsMax"/> digits.</param>
    public static bool IsSolved(ulong puzzle, int bits, ReadOnlySpan<byte> solution)
    {
        if (solution.IsEmpty || solution.Length > SolutionCharsMax || solution.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        Span<byte> text = stackalloc byte[PuzzleChars + 1 + SolutionCharsMax];
        WritePuzzle(puzzle, text);
        text[PuzzleChars] = (byte)':';
        solution.CopyTo(text[(PuzzleChars + 1)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..(PuzzleChars + 1 + solution.Length)], hash);
        return LeadingZeroBits(hash) >= bits;
    }

    public static void WritePuzzle(ulong puzzle, Span<byte> target) => Utf8Formatter.TryFormat(puzzle, target, out _, new('x', PuzzleChars));

    private static int LeadingZeroBits(ReadOnlySpan<byte> hash)
    {
        int zeroBytes = hash.IndexOfAnyExcept((byte)0);
        return zeroBytes < 0 ? hash.Length * 8 : (zeroBytes * 8) + byte.LeadingZeroCount(hash[zeroBytes]);
    }
}
