using Microsoft.OpenApi;

namespace Solya.Workflows.Api.OpenApi;

/// <summary>What a face says of itself in its OpenAPI document.</summary>
/// <param name="Name">Of the document, and of the route group.</param>
/// <param name="SecuritySchemes">By name; routes that say nothing else (<see cref="SecuritySchemeMetadata"/>) want the first.</param>
internal sealed record FaceDocument(
    string Name, string Title, string Description, IReadOnlyDictionary<string, OpenApiSecurityScheme> SecuritySchemes, FaceExamples Examples);
