namespace Solya.Workflows.Api.OpenApi;

/// <summary>Tells the OpenAPI document which credential a route wants.</summary>
internal sealed record SecuritySchemeMetadata(string Name);
