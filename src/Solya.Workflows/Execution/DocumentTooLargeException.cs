namespace Solya.Workflows.Execution;

/// <summary>A step's values, or the state with them, are larger than <see cref="Advancer.MaxDocument"/>.</summary>
internal sealed class DocumentTooLargeException(string message) : Exception(message);
