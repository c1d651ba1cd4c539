namespace Solya.Workflows.Api.Idempotency;

/// <summary>Tells the OpenAPI document that the route takes an <c>Idempotency-Key</c>.</summary>
internal sealed record IdempotentMetadata;
