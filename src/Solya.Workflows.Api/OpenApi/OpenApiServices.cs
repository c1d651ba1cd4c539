using Microsoft.OpenApi;
using Solya.Workflows.Api.Json;
using Solya.Workflows.StepPatches;

namespace Solya.Workflows.Api.OpenApi;

/// <summary>One OpenAPI document per face, and Swagger UI over them.</summary>
internal static class OpenApiServices
{
    public static void AddOpenApi(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            foreach (var face in FaceDocuments.All)
            {
                options.SwaggerDoc(face.Name, new OpenApiInfo { Title = $"Solya.Workflows: {face.Title.ToLowerInvariant()}", Version = "v1", Description = face.Description });
            }

            options.DocInclusionPredicate((document, api) => api.GroupName == document);
            options.MapType<RawJsonValue>(() => new OpenApiSchema());
            options.MapType<RawJson>(() => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalPropertiesAllowed = true });
            options.MapType<RawJsonArray>(() => new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalPropertiesAllowed = true },
            });
            options.MapType<Patch<string>>(() => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null });
            options.MapType<Patch<RawJson?>>(() => new OpenApiSchema { Type = JsonSchemaType.Object | JsonSchemaType.Null });
            options.MapType<DateTimeOffset>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" });
            options.UseInlineDefinitionsForEnums();
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.SchemaFilter<ContractSchemaFilter>();
            options.OperationFilter<ContractOperationFilter>();
            options.DocumentFilter<FaceDocumentFilter>();
            options.IncludeXmlComments(typeof(OpenApiServices).Assembly);
            options.CustomSchemaIds(SchemaId);
        });
    }

    public static void UseOpenApi(this WebApplication app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(options =>
        {
            options.DocumentTitle = "Solya.Workflows";
            foreach (var face in FaceDocuments.All)
            {
                options.SwaggerEndpoint($"/swagger/{face.Name}/swagger.json", face.Title);
            }

            options.EnablePersistAuthorization();
            options.DisplayRequestDuration();
        });
    }

    private static string SchemaId(Type type) => type.IsGenericType
        ? string.Concat(type.GetGenericArguments().Select(SchemaId)) + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]
        : type.Name;
}
