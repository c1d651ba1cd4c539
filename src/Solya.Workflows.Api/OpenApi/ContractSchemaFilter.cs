using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FluentValidation;
using FluentValidation.Validators;
using Microsoft.OpenApi;
using Solya.Workflows.Wire;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Solya.Workflows.Api.OpenApi;

/// <summary>
/// Makes the schemas say what the code does: enums by their wire text, lengths as the validators check them, required and
/// nullable as the reader reads.
/// </summary>
internal sealed partial class ContractSchemaFilter(IServiceProvider services) : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema concrete)
        {
            return;
        }

        var type = Nullable.GetUnderlyingType(context.Type) ?? context.Type;
        NameAsOnTheWire(concrete, type);
        if (type.IsEnum)
        {
            concrete.Type = JsonSchemaType.String;
            concrete.Format = null;
            concrete.Enum = [.. WireTextsOf(type).Select(text => (JsonNode)JsonValue.Create(text)!)];
        }
        else if (RequestShapes.Of(type) is { } shape)
        {
            concrete.Required = shape.Required.ToHashSet();
            concrete.AdditionalPropertiesAllowed = true; // what nobody asks for is ignored
            foreach (var (name, property) in concrete.Properties ?? new Dictionary<string, IOpenApiSchema>())
            {
                if (property is OpenApiSchema field)
                {
                    // To the reader every field may be null; on the wire only some may.
                    field.Type = shape.Nullable.Contains(name) ? field.Type | JsonSchemaType.Null : field.Type & ~JsonSchemaType.Null;
                    field.Description = field.Description is { } text ? LineBreaks().Replace(text, " ") : null;
                }
            }

            ApplyRules(concrete, type);
        }
    }

    // The generator knows one naming policy for all faces.
    private static void NameAsOnTheWire(OpenApiSchema schema, Type type)
    {
        if (schema.Properties is { Count: > 0 } properties && WireNames.Of(type) is var names && names != JsonNamingPolicy.CamelCase)
        {
            var renamed = type.GetProperties().ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name), property => names.ConvertName(property.Name));
            schema.Properties = properties.ToDictionary(property => renamed[property.Key], property => property.Value);
            schema.Required = schema.Required?.Select(name => renamed[name]).ToHashSet();
        }
    }

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreaks();

    private void ApplyRules(OpenApiSchema schema, Type request)
    {
        if (services.GetService(typeof(IValidator<>).MakeGenericType(request)) is not IValidator validator)
        {
            return;
        }

        foreach (var rules in validator.CreateDescriptor().GetMembersWithValidators())
        {
            if (schema.Properties?.TryGetValue(rules.Key, out var property) != true || property is not OpenApiSchema field)
            {
                continue;
            }

            foreach (var (rule, _) in rules)
            {
                if (rule is IMinimumLengthValidator least)
                {
                    field.MinLength = least.Min;
                }
                else if (rule is IMaximumLengthValidator most)
                {
                    field.MaxLength = most.Max;
                }
            }
        }
    }

    private static IReadOnlyList<string> WireTextsOf(Type type)
        => (IReadOnlyList<string>)typeof(WireText<>).MakeGenericType(type)
            .GetProperty(nameof(WireText<>.All), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
}
