using System.Globalization;

namespace Naru.Engine.Store.Redis.Resp;

/// <summary>
/// What a member of a cluster answers for a key that it does not hold: <c>MOVED slot host:port</c>, or <c>ASK slot host:port</c>
/// while the slot is on its way (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).
/// </summary>
internal readonly record struct RedisRedirect(bool IsMoved, int Slot, RedisAddress Target)
{
    /// <param name="error">The text of the error.</param>
    /// <param name="from">Who answered: an empty host means the same one.</param>
    /// <param name="redirect">Where to go.</param>
    public static bool TryParse(string error, RedisAddress from, out RedisRedirect redirect)
    {
        redirect = default;
        var words = error.Split(' ');
        if (words.Length < 3 || words[0] is not ("MOVED" or "ASK")
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int slot) || slot >= KeySlot.Count)
            return false;
        int colon = words[2].LastIndexOf(':');
        if (colon < 0 || !int.TryParse(words[2].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is 0 or > 65_535)
            return false;
        string host = words[2][..colon].Trim('[', ']');
        redirect = new RedisRedirect(words[0] == "MOVED", slot, new RedisAddress(host is "" or "?" ? from.Host : host, port));
        return true;
    }
}
