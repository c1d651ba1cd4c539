using System.Text.Json;
using Solya.Workflows.Definitions;
using Solya.Workflows.Execution;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.DataPlatform.Workflows;

/// <summary>
/// The workflows of other faces as flows of this one, to look at: nodes say what they are in this face's words where it has
/// one, and their own words stay beside it.
/// </summary>
internal static class ShownFlow
{
    /// <returns>A JSON object of nodes and edges.</returns>
    public static string Of(WorkflowFormat format, string document)
    {
        var root = new JsonText(document).Element;
        return Execution.Json.Write(writer =>
        {
            switch (format)
            {
                case WorkflowFormat.Graph:
                    WriteGraph(writer, root);
                    break;
                case WorkflowFormat.Steps:
                    WriteSteps(writer, [.. root.EnumerateArray()]);
                    break;
            }
        });
    }

    private static void WriteGraph(Utf8JsonWriter writer, JsonElement graph)
    {
        writer.WriteStartArray("nodes");
        foreach (var node in Part(graph, "nodes"))
        {
            writer.WriteStartObject();
            foreach (var property in node.EnumerateObject())
            {
                if (property.NameEquals("data") && property.Value.ValueKind == JsonValueKind.Object)
                {
                    WriteData(writer, Text(node, "type") == "trigger" ? NodeType.Trigger : NodeType.Action, property.Value);
                }
                else
                {
                    Copy(writer, property);
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("edges");
        foreach (var edge in Part(graph, "edges"))
        {
            writer.WriteRawValue(edge.GetRawText(), skipInputValidation: true);
        }

        writer.WriteEndArray();
    }

    private static void WriteData(Utf8JsonWriter writer, NodeType type, JsonElement data)
    {
        writer.WriteStartObject("data");
        WriteKind(writer, type, ActionOf(Text(data, "componentId")));
        foreach (var property in data.EnumerateObject().Where(property => !property.NameEquals("nodeType") && !property.NameEquals("actionType")))
        {
            Copy(writer, property);
        }

        writer.WriteEndObject();
    }

    // Steps are done one after the other: one node a step, which holds what stands inside of lists and branches.
    private static void WriteSteps(Utf8JsonWriter writer, JsonElement[] steps)
    {
        writer.WriteStartArray("nodes");
        foreach (var step in steps)
        {
            writer.WriteStartObject();
            writer.WriteString("id", Text(step, "name"));
            writer.WriteStartObject("data");
            WriteKind(writer, NodeType.Action, ActionOf(Text(step, "handler")));
            foreach (var property in step.EnumerateObject().Where(property => !property.NameEquals("name") && !property.NameEquals("nodeType") && !property.NameEquals("actionType")))
            {
                Copy(writer, property);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("edges");
        foreach (var (before, after) in steps.Zip(steps.Skip(1)))
        {
            writer.WriteStartObject();
            writer.WriteString("id", $"{Text(before, "name")}-{Text(after, "name")}");
            writer.WriteString("source", Text(before, "name"));
            writer.WriteString("target", Text(after, "name"));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteKind(Utf8JsonWriter writer, NodeType type, ActionType? action)
    {
        writer.WriteString("nodeType", type.Text());
        writer.WriteString("actionType", action?.Text());
    }

    private static void Copy(Utf8JsonWriter writer, JsonProperty property)
    {
        writer.WritePropertyName(property.Name);
        writer.WriteRawValue(property.Value.GetRawText(), skipInputValidation: true);
    }

    private static ActionType? ActionOf(string? componentOrHandler) => componentOrHandler switch
    {
        "webhook" or "http.request" => ActionType.CallWebhook,
        "email" or "email.send" => ActionType.SendEmail,
        "plan_create_or_get" or "plan.create_or_get" => ActionType.CreateOrGetPlan,
        "plan_add_items" or "plan.add_items" => ActionType.AddItemsToPlan,
        _ => null,
    };

    // A graph may lack its edges.
    private static JsonElement.ArrayEnumerator Part(JsonElement graph, string name)
        => graph.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Array ? part.EnumerateArray() : default;

    private static string? Text(JsonElement element, string name)
        => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
