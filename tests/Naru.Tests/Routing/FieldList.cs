using System.Text;
using Naru.Core.Http;

namespace Naru.Tests.Routing;

/// <summary>Fields written by hand; a ref struct, as the codec's own are.</summary>
internal readonly ref struct FieldList(ReadOnlySpan<(byte[] Name, byte[] Value)> fields) : IFieldSource
{
    private readonly ReadOnlySpan<(byte[] Name, byte[] Value)> _fields = fields;

    /// <param name="lines"><c>name: value</c></param>
    public static FieldList Of(params string[] lines) =>
        new(lines.Select(l => l.Split(": ")).Select(l => (Encoding.UTF8.GetBytes(l[0]), Encoding.UTF8.GetBytes(l[1]))).ToArray());

    public bool TryGet(ReadOnlySpan<byte> lowerCaseName, out ReadOnlySpan<byte> value)
    {
        foreach (var (name, found) in _fields)
        {
            if (lowerCaseName.SequenceEqual(name))
            {
                value = found;
                return true;
            }
        }
        value = default;
        return false;
    }
}
