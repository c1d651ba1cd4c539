namespace Solya.Workflows.Failures;

/// <summary>PostgreSQL could not be reached or could not answer in time.</summary>
/// <param name="outcomeUnknown">True when a write had been sent and its answer was lost: it may stand or not, and only
/// repeating it with the same key finds out.</param>
public sealed class DatabaseUnavailableException(bool outcomeUnknown, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public bool OutcomeUnknown { get; } = outcomeUnknown;
}
