using System.Runtime.InteropServices;

namespace Naru.Engine.Linux;

/// <summary>One instruction of a classic packet filter (<c>sock_filter</c>; linux/filter.h), which the kernel runs on what a socket gets.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FilterStep(ushort code, byte ifTrue, byte ifFalse, uint value)
{
    private const ushort LoadByte = 0x30;
    private const ushort And = 0x54;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint FlagsOffset = 13;
    private const uint Syn = 0x02;
    private const uint Ack = 0x10;

    private readonly ushort _code = code;
    private readonly byte _ifTrue = ifTrue;
    private readonly byte _ifFalse = ifFalse;
    private readonly uint _value = value;

    /// <summary>Of a TCP socket, which sees packets from the TCP header on: drops those that ask for a new connection.</summary>
    public static readonly FilterStep[] DropFirstPackets =
    [
        new(LoadByte, 0, 0, FlagsOffset),
        new(And, 0, 0, Syn | Ack),
        new(JumpIfEqual, 0, 1, Syn),
        new(Return, 0, 0, 0),
        new(Return, 0, 0, uint.MaxValue),
    ];
}

/// <summary><c>sock_fprog</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FilterProgram
{
    public ushort Length;
    public FilterStep* Steps;
}
