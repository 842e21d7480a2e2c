using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>
/// All values that a request shows under one cookie name, over all its Cookie fields, in order. A browser sends several of one name
/// when they were set for different paths or domains, also by a neighbour who wishes to put his own in front of ours: the reader
/// goes on to the next.
/// </summary>
public ref struct CookieValues(ReadOnlySpan<byte> data, RequestHead head, ReadOnlySpan<byte> name)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private readonly ReadOnlySpan<byte> _name = name;
    private int _field = -1;
    private ReadOnlySpan<byte> _rest;

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        while (true)
        {
            while (_rest.IsEmpty)
            {
                if (++_field >= head.Fields.Length)
                    return false;
                ref readonly var field = ref head.Fields[_field];
                if (field.Kind == FieldKind.Cookie)
                    _rest = field.Value(_data);
            }

            int end = _rest.IndexOf((byte)';');
            var pair = HttpBytes.Trim(end < 0 ? _rest : _rest[..end]);
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (pair.Length <= _name.Length || pair[_name.Length] != '=' || !pair.StartsWith(_name))
                continue;
            Current = pair[(_name.Length + 1)..];
            return true;
        }
    }
}
