using System.Security.Cryptography;
using System.Text;
using Naru.Core.Config;
using Naru.Core.Http1;
using Naru.Core.Net;
using Naru.Core.Routing;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// Tells some visitors of a room from the others: by the canonical path, by address, or by a secret in a header field.
/// Owner: a room's rules. Thread: any; immutable.
/// </summary>
internal sealed class RoomVisitorTest
{
    private readonly RouteTable? _paths;
    private readonly AddressSet _sources;
    private readonly (byte[] Name, byte[] Value)[] _headers;

    public RoomVisitorTest(RoomVisitorMatch match)
    {
        if (match.Paths.Count > 0)
            _paths = new RouteTable([.. match.Paths.Select(path => new RouteOptions { Name = path, Match = new() { Path = path } })]);
        _sources = match.Sources;
        _headers = [.. match.Headers.Select(h => (Encoding.ASCII.GetBytes(h.Name), h.Value))];
    }

    public bool IsEmpty => _paths == null && _sources.IsEmpty && _headers.Length == 0;

    /// <param name="data">The bytes of the head.</param>
    /// <param name="request">Parsed.</param>
    /// <param name="visitor">Who asks, see <see cref="VisitorAddress"/>.</param>
    public bool Matches(ReadOnlySpan<byte> data, RequestHead request, in Endpoint visitor)
    {
        var fields = new RequestFields(data, request);
        if (_paths != null && _paths.Find(new RouteQuery(default, request.Path(data), default), fields) != RouteTable.NoRoute)
            return true;
        if (!_sources.IsEmpty && _sources.Contains(visitor.Address))
            return true;
        foreach (var (name, value) in _headers)
        {
            // Its length may leak; each byte does not.
            if (fields.TryGet(name, out var given) && CryptographicOperations.FixedTimeEquals(given, value))
                return true;
        }

        return false;
    }
}
