namespace Naru.Engine.Store;

/// <summary>How far the store can be trusted at the moment.</summary>
public enum StoreCondition
{
    /// <summary>What it takes is kept.</summary>
    Ok,

    /// <summary>It serves those who wait; new numbers are refused, since they might be given out twice.</summary>
    Degraded,

    /// <summary>It cannot be reached: nothing comes from it. What rooms do then is the operator's choice (<c>onStoreLoss</c>).</summary>
    Lost,
}

/// <param name="Reason">For the operator, half a sentence; empty while it is <see cref="StoreCondition.Ok"/>.</param>
public sealed record StoreState(StoreCondition Condition, string Reason)
{
    public static StoreState Ok { get; } = new(StoreCondition.Ok, "");

    public bool IsOk => Condition == StoreCondition.Ok;
}
