namespace Naru.Engine.Store.Redis.Resp;

/// <summary>
/// How long to wait before the next try: doubling, and anywhere in the upper half, so that the nodes of a cluster do not come
/// back in step. Restarts after a success.
/// </summary>
internal sealed class Backoff(int firstMs, int maxMs, Random random)
{
    private int _failures;

    public int NextMs()
    {
        // 2^20 times anything is beyond every maximum.
        int ceilingMs = (int)Math.Min(maxMs, (long)firstMs << Math.Min(_failures, 20));
        _failures++;
        return (ceilingMs / 2) + random.Next((ceilingMs / 2) + 1);
    }

    public void Reset() => _failures = 0;
}
