using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Solya.Workflows.Api.OpenApi;

/// <summary>Gives each document the credentials of its own face.</summary>
internal sealed class FaceDocumentFilter : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var schemes = FaceDocuments.Named(context.DocumentName).SecuritySchemes;
        swaggerDoc.Components ??= new();
        swaggerDoc.Components.SecuritySchemes = schemes.ToDictionary(scheme => scheme.Key, scheme => (IOpenApiSecurityScheme)scheme.Value);
        swaggerDoc.Security = [Requirement(schemes.Keys.First(), swaggerDoc)];
    }

    public static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document)
        => new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
