using System.Buffers;
using System.Text;
using Naru.Engine.Store.Redis.Resp;

namespace Naru.Tests.Store.Redis;

public class RespCommandTests
{
    [Fact]
    public void CommandIsAnArrayOfBulkStrings() =>
        Assert.Equal(
            "*6\r\n$3\r\nSET\r\n$3\r\nkey\r\n$6\r\n나루\r\n$20\r\n-9223372036854775808\r\n$4\r\n0.25\r\n$0\r\n\r\n",
            Written(new RespCommand("SET", new RespArguments().Add("key").Add("나루").Add(long.MinValue).Add(0.25).Add(""))));

    [Fact]
    public void BytesAreWrittenAsTheyAre() =>
        Assert.Equal("*2\r\n$1\r\nA\r\n$4\r\n\0\r\n\u0001\r\n", Written(new RespCommand("A", new RespArguments().Add([0, 13, 10, 1]))));

    [Fact]
    public void ScriptIsCalledByItsSha1AndSentWholeWhenUnknown()
    {
        var script = new RedisScript("return 1");
        // printf 'return 1' | sha1sum
        Assert.StartsWith("*5\r\n$7\r\nEVALSHA\r\n$40\r\ne0e1f9fabfc9d4800c877a703b823ac0578ff8db\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\n7\r\n", Written(script.Call("k", new RespArguments().Add(7))));
        Assert.StartsWith("*5\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\n7\r\n", Written(script.CallWithSource("k", new RespArguments().Add(7))));
    }

    [Fact]
    public void NameOfACommandIsAllThatAMessageTells() =>
        Assert.Equal("HELLO", new RespCommand("HELLO", new RespArguments().Add("AUTH").Add("secret")).ToString());

    private static string Written(RespCommand command)
    {
        var target = new ArrayBufferWriter<byte>();
        command.WriteTo(target);
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }
}
