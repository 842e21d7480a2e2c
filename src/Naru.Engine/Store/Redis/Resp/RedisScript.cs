using System.Security.Cryptography;
using System.Text;

namespace Naru.Engine.Store.Redis.Resp;

/// <summary>A Lua script, called by its SHA-1, which is the name that the server gives it. Immutable.</summary>
internal sealed class RedisScript
{
    private readonly string _source;
    private readonly string _sha1;

    public RedisScript(string source)
    {
        _source = source;
#pragma warning disable CA5350 // The protocol names scripts so; nothing rests on its strength.
        _sha1 = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(source)));
#pragma warning restore CA5350
    }

    /// <summary>For a server that has seen it.</summary>
    public RespCommand Call(string key, RespArguments arguments) => Command("EVALSHA", _sha1, key, arguments);

    /// <summary>For a server that has not: it runs at once and is known from then on.</summary>
    public RespCommand CallWithSource(string key, RespArguments arguments) => Command("EVAL", _source, key, arguments);

    private static RespCommand Command(string name, string script, string key, RespArguments arguments) =>
        new(name, new RespArguments().Add(script).Add(1).Add(key).Add(arguments));
}
