namespace Solya.Workflows.Api.Idempotency;

/// <summary>Tells the OpenAPI document that the route takes an <c>Idempotency-Key</c>.</summary>
/// <param name="IsUuid">Whether the key must be a UUID.</param>
internal sealed record IdempotentMetadata(bool IsUuid = false);
