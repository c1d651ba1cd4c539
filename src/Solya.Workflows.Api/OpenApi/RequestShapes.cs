using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.OpenApi;

/// <summary>Finds the shapes of requests.</summary>
internal static class RequestShapes
{
    /// <summary>The shape of a request or of an entry of one; null for any other type.</summary>
    public static RequestShape? Of(Type type)
    {
        var read = Array.Find(
            type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic),
            method => method.ReturnType == type && method.GetParameters() is [{ ParameterType: var only }] && only == typeof(JsonFields));
        if (read is null)
        {
            return null;
        }

        string[] names = [.. type.GetProperties().Select(property => WireNames.Of(type).ConvertName(property.Name))];
        var required = ErrorsOf(read, []).Where(error => error.Code == FieldErrorCodes.Required).Select(error => error.Field).ToHashSet();
        var withNulls = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)null)));
        var refused = ErrorsOf(read, withNulls).Where(error => error.Code == FieldErrorCodes.NullNotAllowed).Select(error => error.Field).ToHashSet();
        return new(required, names.Except(refused).ToHashSet());
    }

    private static IReadOnlyList<FieldError> ErrorsOf(MethodInfo read, JsonObject body)
    {
        using var document = JsonDocument.Parse(body.ToJsonString());
        var errors = new FieldErrors();
        read.Invoke(null, [new JsonFields(document.RootElement, "", errors)]);
        return errors.All;
    }
}
