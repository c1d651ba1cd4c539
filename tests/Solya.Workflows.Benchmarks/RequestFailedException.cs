namespace Solya.Workflows.Benchmarks;

/// <summary>A request of a benchmark was not answered with 200; its figures mean nothing.</summary>
internal sealed class RequestFailedException(string message) : Exception(message);
