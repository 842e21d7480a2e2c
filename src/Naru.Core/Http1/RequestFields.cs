using System.Text;
using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>The fields of a request, for routing and hashing. What is not forwarded as hop-by-hop is not matched either.</summary>
public readonly ref struct RequestFields(ReadOnlySpan<byte> data, RequestHead head) : IFieldSource
{
    private readonly ReadOnlySpan<byte> _data = data;

    public bool TryGet(ReadOnlySpan<byte> lowerCaseName, out ReadOnlySpan<byte> value)
    {
        foreach (ref readonly var field in head.Fields)
        {
            if (field.NameEnd - field.Start != lowerCaseName.Length || field.Drop)
                continue;
            if (!Ascii.EqualsIgnoreCase(field.Name(_data), lowerCaseName))
                continue;
            value = field.Value(_data);
            return true;
        }

        value = default;
        return false;
    }
}
