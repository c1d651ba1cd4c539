using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using FluentValidation.Validators;
using Microsoft.OpenApi;
using Solya.Workflows.Api.Json;
using Solya.Workflows.StepPatches;
using Solya.Workflows.Wire;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Solya.Workflows.Api.OpenApi;

/// <summary>
/// Makes the schemas say what the code does: enums by their wire text, PATCH fields by what they hold, lengths as the
/// validators check them, and as required what the reader requires.
/// </summary>
internal sealed class ContractSchemaFilter(IServiceProvider services) : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema concrete)
        {
            return;
        }

        var type = Nullable.GetUnderlyingType(context.Type) ?? context.Type;
        if (type.IsEnum)
        {
            concrete.Type = JsonSchemaType.String;
            concrete.Format = null;
            concrete.Enum = [.. WireTextsOf(type).Select(text => (JsonNode)JsonValue.Create(text)!)];
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Patch<>))
        {
            var isDocument = type.GetGenericArguments()[0] == typeof(RawJson?);
            concrete.Type = (isDocument ? JsonSchemaType.Object : JsonSchemaType.String) | JsonSchemaType.Null;
            concrete.Properties?.Clear();
            concrete.Required?.Clear();
            concrete.AdditionalPropertiesAllowed = true;
        }
        else if (RequestShapes.Of(type) is { } shape)
        {
            concrete.Required = shape.Required.ToHashSet();
            foreach (var (name, property) in concrete.Properties ?? new Dictionary<string, IOpenApiSchema>())
            {
                if (property is OpenApiSchema field && !shape.Nullable.Contains(name) && !IsPatch(type, name))
                {
                    field.Type &= ~JsonSchemaType.Null; // null to the reader, but not on the wire
                }
            }

            ApplyRules(concrete, type);
        }
    }

    private static bool IsPatch(Type type, string name)
        => type.GetProperties().Any(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name) == name
            && property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(Patch<>));

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
