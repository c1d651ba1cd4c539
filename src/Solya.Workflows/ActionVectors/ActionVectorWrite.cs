using Solya.Workflows.Tasks;

namespace Solya.Workflows.ActionVectors;

/// <summary>A model's word on one candidate.</summary>
/// <param name="Confidence">0 to 1, or null.</param>
/// <param name="Payload">A JSON object, kept as sent, or null.</param>
public readonly record struct ActionVectorWrite(Candidate Candidate, double? Confidence, string? Payload);
