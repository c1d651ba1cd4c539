namespace Solya.Workflows.Api.OpenApi;

/// <summary>Tells the OpenAPI document which credential a route wants.</summary>
/// <param name="Name">Null for a route that wants none.</param>
internal sealed record SecuritySchemeMetadata(string? Name);
