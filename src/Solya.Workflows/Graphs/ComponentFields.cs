using System.Text.Json;
using Solya.Workflows.Expressions;
using Solya.Workflows.Times;

namespace Solya.Workflows.Graphs;

/// <summary>Makes nodes of what stands in their <c>data</c>. What no component asks for is left alone: editors keep things of their own there.</summary>
internal static class ComponentFields
{
    private static readonly JsonValueKind[] Text = [JsonValueKind.String];
    private static readonly JsonValueKind[] Number = [JsonValueKind.Number, JsonValueKind.String];
    private static readonly JsonValueKind[] List = [JsonValueKind.Array, JsonValueKind.String];
    private static readonly JsonValueKind[] Map = [JsonValueKind.Object, JsonValueKind.String];
    private static readonly JsonValueKind[] TextOrList = [JsonValueKind.String, JsonValueKind.Array];

    private static readonly JsonValueKind[] Anything =
        [JsonValueKind.Object, JsonValueKind.Array, JsonValueKind.String, JsonValueKind.Number, JsonValueKind.True, JsonValueKind.False];

    /// <summary>The node, or null when its data lacks something.</summary>
    /// <param name="bodyOf">Compiles the graph inside of an iterator.</param>
    public static GraphNode? NodeOf(StepFields data, string id, Component component, Func<WorkflowGraph?> bodyOf)
    {
        GraphNode? node = component switch
        {
            Component.ManualTrigger or Component.ScheduleTrigger or Component.WebhookTrigger => new EntryNode(id),
            Component.Webhook => TaskOf(
                data, id, BuiltInHandlers.HttpRequest,
                new("method", true, Text), new("url", true, Text), new("headers", false, Map), new("query", false, Map),
                new("bodyType", false, Text), new("body", false, Anything), new("acceptStatuses", false, List)),
            Component.Email => TaskOf(
                data, id, BuiltInHandlers.EmailSend,
                new("to", true, TextOrList), new("cc", false, TextOrList), new("subject", true, Text), new("text", false, Text), new("html", false, Text)),
            Component.PlanCreateOrGet => TaskOf(
                data, id, BuiltInHandlers.CreateOrGetPlan, new("planType", true, Text), new("planName", true, Text)),
            Component.PlanAddItems => TaskOf(
                data, id, BuiltInHandlers.AddItemsToPlan, new("planId", true, Text), new("items", true, List)),
            Component.TasksCreate => TaskOf(
                data, id, BuiltInHandlers.CreateTasks, new("domains", true, List), new("minConfidence", true, Number), new("perimeter", true, List)),
            Component.Delay => DelayOf(data, id),
            Component.Condition => data.Condition("expression") is { } expression ? new ConditionNode(id, expression) : null,
            Component.Switch => data.Condition("expression") is { } expression ? new SwitchNode(id, expression, new HashSet<string>()) : null,
            Component.ExternalEvent => data.TextTemplate("signalType", 255) is { } signal ? new SignalNode(id, signal) : null,
            Component.Approval => new ApprovalNode(
                id,
                data.OptionalText("contentKey", 255),
                data.OptionalTemplate("prompt", Text),
                data.OptionalTemplate("approvers", List),
                data.OptionalEnum("onTimeout", OnApprovalTimeout.Fail)),
            Component.Iterator => IteratorOf(data, id, bodyOf),
            Component.Set or Component.DataMapper => Required(data, "values", [JsonValueKind.Object]) is { } values ? new SetNode(id, values, MergesIntoState: false) : null,
            Component.Text => Required(data, "text", Text) is { } text ? new TextNode(id, text) : null,
            Component.TriggerWorkflow => SubWorkflowOf(data, id),
            Component.Terminate => new TerminateNode(id, data.OptionalEnum("status", TerminateStatus.Completed), data.OptionalTemplate("message", Text)),
        };
        node = data.WithPolicies(node, component == Component.Approval ? NodeKind.Approval : NodeKind.Task);
        return node is TerminateNode end ? end with { ContinueOnError = false } : node; // nothing is left to go on
    }

    private static TaskNode? TaskOf(StepFields data, string id, string handler, params IReadOnlyList<Field> fields)
    {
        var before = data.Faults.Count;
        foreach (var field in fields)
        {
            _ = field.IsRequired ? Required(data, field.Name, field.Allowed) : data.OptionalTemplate(field.Name, field.Allowed);
        }

        return data.Faults.Count > before ? null : new TaskNode(id, handler, data.TemplateOf(fields.Select(field => field.Name)));
    }

    private static WaitNode? DelayOf(StepFields data, string id)
    {
        if (data.Has("duration") == data.Has("until"))
        {
            data.Fault("duration", "REQUIRED", "either 'duration' with its 'unit' or 'until' is needed.");
            return null;
        }

        var unit = data.OptionalEnum("unit", DelayUnit.Seconds) switch
        {
            DelayUnit.Seconds => TimeSpan.FromSeconds(1),
            DelayUnit.Minutes => TimeSpan.FromMinutes(1),
            DelayUnit.Hours => TimeSpan.FromHours(1),
            DelayUnit.Days => TimeSpan.FromDays(1),
        };
        var duration = data.OptionalTemplate("duration", Number);
        if (duration is { IsConstant: true })
        {
            data.OptionalNumber("duration", 0, StepsCompiler.MaxWaitMs / unit.TotalMilliseconds, whole: false);
        }

        var until = data.OptionalTemplate("until", Text);
        if (until is { IsConstant: true } && !Timestamp.TryParse(data.OptionalText("until", 100) ?? "", out _))
        {
            data.Fault("until", "INVALID_FORMAT", "'until' must be a UTC date-time such as 2026-05-23T06:00:05.000Z.");
        }

        return new WaitNode(id, duration, until) { Unit = unit };
    }

    private static ForeachNode? IteratorOf(StepFields data, string id, Func<WorkflowGraph?> bodyOf)
    {
        var items = Required(data, "items", List);
        var concurrency = data.OptionalNumber("concurrency", 1, ForeachNode.MaxItems);
        var body = bodyOf();
        return items is null || body is null ? null : new ForeachNode(id, items, body, (int)(concurrency ?? StepsCompiler.DefaultConcurrency));
    }

    private static SubWorkflowNode? SubWorkflowOf(StepFields data, string id)
    {
        // Which workflows trigger which must be known without running them.
        var target = data.TextTemplate("workflow_id", StepsCompiler.MaxName);
        if (target is { IsConstant: false })
        {
            data.Fault("workflow_id", "NOT_ALLOWED", "'workflow_id' cannot hold an expression.");
        }

        var before = data.Faults.Count;
        data.OptionalTemplate("context", Map);
        var waits = data.OptionalBoolean("wait", false);
        return target is null || data.Faults.Count > before
            ? null
            : new SubWorkflowNode(id, data.OptionalText("workflow_id", StepsCompiler.MaxName)!, data.TemplateOf(["workflow_id", "context", "wait"]), waits);
    }

    private static Template? Required(StepFields data, string name, JsonValueKind[] allowed)
    {
        if (!data.Has(name))
        {
            data.Fault(name, "REQUIRED", $"'{name}' is required.");
            return null;
        }

        return data.OptionalTemplate(name, allowed);
    }

    private readonly record struct Field(string Name, bool IsRequired, JsonValueKind[] Allowed);
}
