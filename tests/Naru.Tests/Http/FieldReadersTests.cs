using System.Text;
using Naru.Core.Http;

namespace Naru.Tests.Http;

public class FieldReadersTests
{
    [Theory]
    [InlineData("a=1", "a", "1")]
    [InlineData("b=2&a=1&a=3", "a", "1")]
    [InlineData("aa=2&a", "a", "")]
    [InlineData("a=%31", "a", "%31")]
    [InlineData("aa=2", "a", null)]
    [InlineData("&&", "a", null)]
    [InlineData("", "a", null)]
    public void QueryParameterIsFoundAsSent(string query, string name, string? expected)
    {
        bool found = QueryReader.TryGet(Encoding.ASCII.GetBytes(query), Encoding.ASCII.GetBytes(name), out var value);
        Assert.Equal(expected, found ? Encoding.ASCII.GetString(value) : null);
    }

    [Theory]
    [InlineData("GET", Method.Get, true, true)]
    [InlineData("HEAD", Method.Head, true, true)]
    [InlineData("OPTIONS", Method.Options, true, true)]
    [InlineData("TRACE", Method.Trace, true, true)]
    [InlineData("PUT", Method.Put, false, true)]
    [InlineData("DELETE", Method.Delete, false, true)]
    [InlineData("POST", Method.Post, false, false)]
    [InlineData("PATCH", Method.Patch, false, false)]
    [InlineData("CONNECT", Method.Connect, false, false)]
    [InlineData("get", Method.Other, false, false)]
    [InlineData("PURGE", Method.Other, false, false)]
    public void MethodsAreKnownWithTheirProperties(string name, Method method, bool safe, bool idempotent)
    {
        Assert.Equal(method, Methods.Parse(Encoding.ASCII.GetBytes(name)));
        Assert.Equal((safe, idempotent), (Methods.IsSafe(method), Methods.IsIdempotent(method)));
    }

    [Fact]
    public void EachRefusalHasAStatusAndAName()
    {
        foreach (var result in Enum.GetValues<ParseResult>())
        {
            Assert.Contains(HttpError.RequestStatus(result), new[] { 400, 405, 414, 417, 431, 501, 505 });
            Assert.Matches("^[a-z][a-z0-9-]+$", HttpError.Name(result));
            Assert.Equal(HttpError.Name(result), Encoding.ASCII.GetString(HttpError.NameUtf8(result)));
        }

        Assert.Equal("repeated-content-length", HttpError.Name(ParseResult.RepeatedContentLength));
    }
}
