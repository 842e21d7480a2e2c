using System.Buffers;
using System.Text;

namespace Naru.Engine.Store.Redis.Resp;

/// <summary>A command: an array of bulk strings, the only thing that a client sends. Immutable.</summary>
/// <param name="name">Also for messages; arguments never go there, since one may be a password.</param>
internal sealed class RespCommand(string name, RespArguments arguments)
{
    public string Name => name;

    public void WriteTo(IBufferWriter<byte> target)
    {
        RespArguments.WriteLength(target, (byte)'*', arguments.Count + 1);
        RespArguments.WriteLength(target, (byte)'$', name.Length);
        Encoding.ASCII.GetBytes(name, target);
        target.Write("\r\n"u8);
        target.Write(arguments.Bytes);
    }

    public override string ToString() => name;
}
