namespace Naru.Core.Http;

/// <summary>Header fields by name, as routing and hashing see them.</summary>
public interface IFieldSource
{
    bool TryGet(ReadOnlySpan<byte> lowerCaseName, out ReadOnlySpan<byte> value);
}
