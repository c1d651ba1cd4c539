using System.Text.Json;
using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Graphs;

namespace Solya.Workflows.Api.Workflows.Definitions;

/// <summary>Nodes and edges, in requests and as they are kept.</summary>
internal static class GraphFields
{
    private static readonly JsonElement NoEdges = JsonElement.Parse("[]");

    /// <summary>An array, kept as sent; null when it is not given, or is none, which is noted.</summary>
    public static RawJsonArray? Read(JsonFields body, string name, bool isRequired)
    {
        if (body.AnyArray(name, isRequired) is not { } value)
        {
            return null;
        }

        return new(value.GetRawText());
    }

    public static string DocumentOf(RawJsonArray nodes, RawJsonArray? edges) => $$"""{"nodes":{{nodes.Text}},"edges":{{edges?.Text ?? "[]"}}}""";

    /// <summary>Notes everything that is wrong with the graph, under the names of its fields.</summary>
    public static void Check(RawJsonArray nodes, RawJsonArray? edges, FieldErrors errors)
        => Check(JsonElement.Parse(nodes.Text), edges is { } given ? JsonElement.Parse(given.Text) : NoEdges, errors);

    private static void Check(JsonElement nodes, JsonElement edges, FieldErrors errors)
    {
        foreach (var fault in GraphCompiler.Compile(nodes, edges).Faults)
        {
            errors.Add(fault.Path, FieldErrorCodes.InvalidValue, fault.Message);
        }
    }
}
