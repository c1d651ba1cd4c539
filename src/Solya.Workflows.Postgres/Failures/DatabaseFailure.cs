using Npgsql;
using Solya.Workflows.Failures;

namespace Solya.Workflows.Postgres.Failures;

/// <summary>Tells a database that is away from a statement that is wrong.</summary>
public static class DatabaseFailure
{
    /// <summary>
    /// What <paramref name="exception"/>, or what it wraps, says about the database; null when the database is not to blame.
    /// </summary>
    /// <param name="writing">Whether a write had been sent when it was thrown.</param>
    public static DatabaseUnavailableException? Classify(Exception exception, bool writing)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case DatabaseUnavailableException known:
                    return known;
                case PostgresException refused:
                    return IsPassing(refused.SqlState)
                        ? new(writing && IsGoingAway(refused.SqlState), $"PostgreSQL answered {refused.SqlState}.", exception)
                        : null;
                case NpgsqlException:
                    return new(writing, "The connection to PostgreSQL broke.", exception);
            }
        }

        return null;
    }

    // The server ends the connection: whether a commit under way was made cannot be told from here.
    private static bool IsGoingAway(string state) => state.StartsWith("57P", StringComparison.Ordinal);

    // Conditions that a later attempt may not meet; everything else is a fault of the statement.
    private static bool IsPassing(string state) => IsGoingAway(state)
        || state.StartsWith("08", StringComparison.Ordinal) // connection exceptions
        || state.StartsWith("53", StringComparison.Ordinal) // out of connections, memory, disk
        || state.StartsWith("58", StringComparison.Ordinal) // I/O errors
        || state is PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.ReadOnlySqlTransaction
            or PostgresErrorCodes.InvalidCatalogName // the database is not made yet, or is being replaced
            or "25P03"; // idle in transaction for too long
}
