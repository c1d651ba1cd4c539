namespace Solya.Workflows.Engine.Faults;

/// <summary>The instants at which a test may kill the process.</summary>
public enum FaultPoint
{
    /// <summary>Runs are leased, nothing has been decided.</summary>
    AfterClaim,

    /// <summary>Decided, nothing written.</summary>
    BeforeCommit,

    /// <summary>Written, nothing begun.</summary>
    AfterCommit,

    /// <summary>The intent stands, the effect has not begun.</summary>
    BeforeEffect,

    /// <summary>The effect has happened, nobody has written that.</summary>
    AfterEffectBeforeCommit,

    /// <summary>The effect on the service's own tables has happened in a transaction that is open.</summary>
    AfterTableEffectBeforeCommit,

    /// <summary>A webhook was delivered, nobody has written that.</summary>
    AfterDeliveryBeforeCommit,
}
