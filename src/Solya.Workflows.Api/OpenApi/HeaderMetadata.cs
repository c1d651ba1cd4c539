namespace Solya.Workflows.Api.OpenApi;

/// <summary>Tells the OpenAPI document that a route reads a header, which may be left out.</summary>
internal sealed record HeaderMetadata(string Name, string Description);
