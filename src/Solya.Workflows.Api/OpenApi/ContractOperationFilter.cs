using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Lists;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Solya.Workflows.Api.OpenApi;

/// <summary>Adds what the routes' own metadata knows: bodies, queries, the idempotency header, examples.</summary>
internal sealed class ContractOperationFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var examples = FaceDocuments.Named(context.DocumentName).Examples;
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        // Inputs are filled by the validation filters; to the describer they look like queries.
        operation.Parameters = [.. (operation.Parameters ?? []).Where(parameter => parameter.In == ParameterLocation.Path)];

        // Of a body without a single field there is nothing to tell.
        if (metadata.OfType<BodyMetadata>().SingleOrDefault() is { } body && body.RequestType.GetProperties().Length > 0)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !body.IsOptional,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new()
                    {
                        Schema = context.SchemaGenerator.GenerateSchema(body.RequestType, context.SchemaRepository),
                        Example = examples.RequestOf(operation.OperationId!),
                    },
                },
            };
        }

        if (metadata.OfType<QueryMetadata>().SingleOrDefault() is { } query)
        {
            AddQuery(operation, query.RequestType, context);
        }

        if (metadata.OfType<SecuritySchemeMetadata>().LastOrDefault() is { } credential)
        {
            operation.Security = [FaceDocumentFilter.Requirement(credential.Name, context.Document)];
        }

        if (metadata.OfType<IdempotentMetadata>().Any())
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotencyFilter.Header,
                In = ParameterLocation.Header,
                Description = "Makes the request happen once: a repeat within 24 hours gets the first answer, with Idempotent-Replayed: true.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
            });
        }

        foreach (var header in metadata.OfType<HeaderMetadata>())
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (response.Content is { } texts && texts.TryGetValue("text/event-stream", out var stream) && stream is OpenApiMediaType events)
            {
                events.Example = JsonValue.Create(examples.StreamOf(operation.OperationId!));
            }

            if (response.Content is { } content && content.TryGetValue("application/json", out var json) && json is OpenApiMediaType answer)
            {
                answer.Example = examples.AnswerOf(operation.OperationId!, status);
            }
        }
    }

    private static void AddQuery(OpenApiOperation operation, Type query, OperationFilterContext context)
    {
        foreach (var property in query.GetProperties())
        {
            if (property.PropertyType == typeof(PageRequest))
            {
                AddPage(operation);
                continue;
            }

            if (property.PropertyType == typeof(NumberedPage))
            {
                AddNumberedPage(operation, "Slows down with depth. Excludes cursor.");
                operation.Parameters!.Add(new OpenApiParameter
                {
                    Name = "cursor",
                    In = ParameterLocation.Query,
                    Description = "The id of the last entry of the page before. Excludes page.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
                continue;
            }

            if (property.PropertyType == typeof(OldestFirstPage))
            {
                AddNumberedPage(operation, "Oldest first: what stands on a page stays there.");
                continue;
            }

            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            operation.Parameters!.Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Query,
                Required = name == "organizationId",
                Schema = context.SchemaGenerator.GenerateSchema(
                    Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, context.SchemaRepository),
                Example = name == "organizationId" ? JsonValue.Create("org-uuid-1234") : null,
            });
        }
    }

    private static void AddNumberedPage(OpenApiOperation operation, string description)
    {
        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = "page",
            In = ParameterLocation.Query,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Default = JsonValue.Create(1) },
        });
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "pageSize",
            In = ParameterLocation.Query,
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100", Default = JsonValue.Create(QueryFields.DefaultLimit) },
        });
    }

    private static void AddPage(OpenApiOperation operation)
    {
        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = "limit",
            In = ParameterLocation.Query,
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = "100",
                Default = JsonValue.Create(QueryFields.DefaultLimit),
            },
        });
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "offset",
            In = ParameterLocation.Query,
            Description = "Skips that many; slows down with depth. Excludes cursor.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Default = JsonValue.Create(0) },
        });
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "cursor",
            In = ParameterLocation.Query,
            Description = "The nextCursor of the page before. Excludes offset.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }
}
