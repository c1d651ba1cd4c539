using Microsoft.OpenApi;
using Solya.Workflows.Api.DataPlatform;
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
            options.SwaggerDoc(DataPlatformFace.DocumentName, new OpenApiInfo
            {
                Title = "Solya.Workflows: data platform",
                Version = "v1",
                Description = "An external data platform reports runs and steps, creates tasks and plans; cron sweeps zombie runs.",
            });
            options.DocInclusionPredicate((document, api) => api.GroupName == document);
            options.AddSecurityDefinition("bearer", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The static token DATA_PLATFORM_TOKEN; the cron route also takes CRON_TOKEN.",
            });
            options.AddSecurityRequirement(document => new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference("bearer", document)] = [],
            });
            options.MapType<RawJson>(() => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalPropertiesAllowed = true });
            options.MapType<Patch<string>>(() => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null });
            options.MapType<Patch<RawJson?>>(() => new OpenApiSchema { Type = JsonSchemaType.Object | JsonSchemaType.Null });
            options.MapType<DateTimeOffset>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" });
            options.UseInlineDefinitionsForEnums();
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.SchemaFilter<ContractSchemaFilter>();
            options.OperationFilter<ContractOperationFilter>();
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
            options.SwaggerEndpoint($"/swagger/{DataPlatformFace.DocumentName}/swagger.json", "Data platform");
            options.EnablePersistAuthorization();
            options.DisplayRequestDuration();
        });
    }

    private static string SchemaId(Type type) => type.IsGenericType
        ? string.Concat(type.GetGenericArguments().Select(SchemaId)) + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]
        : type.Name;
}
