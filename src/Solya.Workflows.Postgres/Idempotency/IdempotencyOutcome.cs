namespace Solya.Workflows.Postgres.Idempotency;

public enum IdempotencyOutcome
{
    /// <summary>The request ran now; its answer is remembered if it succeeded.</summary>
    Executed,

    /// <summary>The request ran before; this is what it was told then.</summary>
    Replayed,

    /// <summary>The key was used with another body.</summary>
    KeyReused,

    /// <summary>The first request with the key still runs.</summary>
    InFlight,
}

/// <summary>A status and a body, byte for byte.</summary>
public sealed record RememberedAnswer(int Status, byte[] Body);

public readonly record struct IdempotencyReceipt(IdempotencyOutcome Outcome, RememberedAnswer? Answer = null);
