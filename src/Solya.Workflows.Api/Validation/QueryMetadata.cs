namespace Solya.Workflows.Api.Validation;

/// <summary>Tells the OpenAPI document what query a route takes.</summary>
internal sealed record QueryMetadata(Type RequestType);
