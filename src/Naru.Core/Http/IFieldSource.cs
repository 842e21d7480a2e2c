namespace Naru.Core.Http;

/// <summary>
/// Header fields by name, whatever the protocol that carried them. Meant as a generic constraint
/// (<c>where T : IFieldSource, allows ref struct</c>), so that the look-up is a direct call.
/// </summary>
public interface IFieldSource
{
    /// <summary>The first field of that name, without surrounding white space. Hop-by-hop fields are not found.</summary>
    bool TryGet(ReadOnlySpan<byte> lowerCaseName, out ReadOnlySpan<byte> value);
}
