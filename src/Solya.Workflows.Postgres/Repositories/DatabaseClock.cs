namespace Solya.Workflows.Postgres.Repositories;

/// <summary>The database's clock in LINQ.</summary>
internal static class DatabaseClock
{
    /// <summary>The present instant, cut to the millisecond; only translated, never called.</summary>
    public static DateTimeOffset Now() => throw new InvalidOperationException("Only PostgreSQL can tell its time.");
}
