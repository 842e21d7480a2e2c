using System.Text;
using Naru.Core.Http;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>Reads lists whose members carry a weight (RFC 9110 section 12.4.2).</summary>
internal static class QualityList
{
    /// <summary>Takes the first member off the list.</summary>
    /// <param name="quality">In thousandths; 1000 where none is told, 0 where it cannot be read.</param>
    /// <returns>The member without its parameters.</returns>
    public static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> list, out int quality)
    {
        int end = list.IndexOf((byte)',');
        var member = end < 0 ? list : list[..end];
        list = end < 0 ? default : list[(end + 1)..];
        int parameters = member.IndexOf((byte)';');
        quality = parameters < 0 ? 1000 : Quality(member[(parameters + 1)..]);
        return HttpBytes.Trim(parameters < 0 ? member : member[..parameters]);
    }

    private static int Quality(ReadOnlySpan<byte> parameters)
    {
        while (!parameters.IsEmpty)
        {
            int end = parameters.IndexOf((byte)';');
            var parameter = HttpBytes.Trim(end < 0 ? parameters : parameters[..end]);
            parameters = end < 0 ? default : parameters[(end + 1)..];
            if (parameter.Length >= 2 && Ascii.EqualsIgnoreCase(parameter[..2], "q="u8))
                return Thousandths(parameter[2..]);
        }

        return 1000;
    }

    private static int Thousandths(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length > 5 || text[0] is not ((byte)'0' or (byte)'1') || (text.Length > 1 && text[1] != '.'))
            return 0;
        int value = (text[0] - '0') * 1000;
        int weight = 100;
        for (int i = 2; i < text.Length; i++, weight /= 10)
        {
            if (text[i] is < (byte)'0' or > (byte)'9')
                return 0;
            value += (text[i] - '0') * weight;
        }

        return Math.Min(value, 1000);
    }
}
