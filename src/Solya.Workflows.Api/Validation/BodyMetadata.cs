namespace Solya.Workflows.Api.Validation;

/// <summary>Tells the OpenAPI document what body a route takes.</summary>
internal sealed record BodyMetadata(Type RequestType, bool IsOptional);
