namespace Solya.Workflows.Postgres.Local;

/// <summary>The private server cannot be had; the message says what to do about it.</summary>
public sealed class LocalPostgresException : Exception
{
    public LocalPostgresException(string message)
        : base(message)
    {
    }

    public LocalPostgresException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
