using System.Globalization;
using System.Text.Json;
using Solya.Workflows.Definitions;
using Solya.Workflows.Expressions;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Graphs;

/// <summary>
/// Compiles a list of steps: each leads to the next, and a condition leads to the step it names. A condition may only name
/// later steps, so that no step can run twice.
/// </summary>
public sealed class StepsCompiler
{
    public const int MaxSteps = 500;

    /// <summary>How deep parallel and foreach steps may stand inside each other.</summary>
    public const int MaxNesting = 5;

    internal const int MaxName = 100;
    internal const int DefaultConcurrency = 10;

    /// <summary>Ten years in milliseconds: longer waits are mistakes.</summary>
    internal const double MaxWaitMs = 10d * 366 * 24 * 60 * 60 * 1_000;

    private static readonly IReadOnlyList<NodeKind> Kinds =
        [NodeKind.Task, NodeKind.Wait, NodeKind.ExternalEvent, NodeKind.Approval, NodeKind.Condition, NodeKind.Parallel, NodeKind.Foreach];

    private readonly List<FlowFault> _faults = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _steps;

    private StepsCompiler()
    {
    }

    /// <param name="steps">The definition's <c>steps</c>.</param>
    public static CompiledGraph Compile(JsonElement steps)
    {
        var compiler = new StepsCompiler();
        if (steps.ValueKind != JsonValueKind.Array || steps.GetArrayLength() == 0)
        {
            return new(null, [new("steps", "INVALID_TYPE", "'steps' must be an array with at least one step.")]);
        }

        var graph = compiler.ListOf(steps, "steps", 1);
        if (compiler._steps > MaxSteps)
        {
            compiler._faults.Add(new("steps", "TOO_MANY", $"A definition may have at most {MaxSteps} steps."));
        }

        return compiler._faults.Count > 0 ? new(null, compiler._faults) : new(graph, []);
    }

    private WorkflowGraph? ListOf(JsonElement steps, string path, int depth)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var nodes = new List<GraphNode>();
        var jumps = new List<(int Source, string Handle, string? Target, string Path)>();
        foreach (var (place, step) in steps.EnumerateArray().Index())
        {
            if (++_steps > MaxSteps)
            {
                return null; // too many already: no work for the rest
            }

            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{place}]");
            if (StepFields.Of(step, at, _faults) is not { } fields || NodeOf(fields, depth) is not { } node)
            {
                continue;
            }

            if (node is ConditionNode)
            {
                jumps.Add((nodes.Count, "true", fields.OptionalText("trueStep", MaxName), fields.PathOf("trueStep")));
                jumps.Add((nodes.Count, "false", fields.OptionalText("falseStep", MaxName), fields.PathOf("falseStep")));
            }

            places[node.Id] = nodes.Count;
            nodes.Add(node);
        }

        if (_faults.Count > 0)
        {
            return null; // what follows asks how well-formed steps hang together
        }

        var edges = new List<GraphEdge>();
        for (var source = 0; source < nodes.Count - 1; source++)
        {
            if (nodes[source] is not ConditionNode)
            {
                edges.Add(new(source, source + 1));
            }
        }

        foreach (var (source, handle, target, at) in jumps)
        {
            if (target is null)
            {
                if (source + 1 < nodes.Count)
                {
                    edges.Add(new(source, source + 1, handle));
                }
            }
            else if (!places.TryGetValue(target, out var place))
            {
                _faults.Add(new(at, "UNKNOWN_STEP", $"Step '{nodes[source].Id}' leads to '{target}', which is no step of the same list."));
            }
            else if (place <= source)
            {
                _faults.Add(new(at, "BACKWARD_JUMP", $"Step '{nodes[source].Id}' leads back to '{target}'; a condition may only name later steps."));
            }
            else
            {
                edges.Add(new(source, place, handle));
            }
        }

        return _faults.Count > 0 ? null : new WorkflowGraph(nodes, edges, entry: 0);
    }

    private GraphNode? NodeOf(StepFields step, int depth)
    {
        var before = _faults.Count;
        var name = step.Text("name", MaxName);
        if (name is not null && !_names.Add(name))
        {
            step.Fault("name", "DUPLICATE", $"Step '{name}' occurs more than once.");
        }

        name ??= "";
        var type = step.Text("type", MaxName);
        if (type is null || !WireText<NodeKind>.TryParse(type, out var kind) || !Kinds.Contains(kind))
        {
            if (type is not null)
            {
                step.Fault("type", "INVALID_VALUE", $"'type' must be one of {string.Join(", ", Kinds.Select(known => known.Text()))}.");
            }

            return null;
        }

        var node = kind switch
        {
            NodeKind.Task => TaskOf(step, name),
            NodeKind.Wait => WaitOf(step, name),
            NodeKind.ExternalEvent => step.TextTemplate("signalType", 255) is { } signal ? new SignalNode(name, signal) : null,
            NodeKind.Approval => new ApprovalNode(
                name,
                step.OptionalText("contentKey", 255),
                step.OptionalTemplate("prompt", JsonValueKind.String),
                step.OptionalTemplate("approvers", JsonValueKind.Array, JsonValueKind.String),
                step.OptionalEnum("onTimeout", OnApprovalTimeout.Fail)),
            NodeKind.Condition => step.Condition("expression") is { } expression ? new ConditionNode(name, expression) : null,
            NodeKind.Parallel => ParallelOf(step, name, depth),
            NodeKind.Foreach => ForeachOf(step, name, depth),
            NodeKind.Entry or NodeKind.Switch or NodeKind.Terminate => null, // not of steps
        };
        node = step.WithPolicies(node, kind);
        return _faults.Count > before ? null : node;
    }

    private static GraphNode? TaskOf(StepFields step, string name)
    {
        if (step.Text("handler", 255) is not { } handler)
        {
            return null;
        }

        if (handler == BuiltInHandlers.TriggerWorkflow)
        {
            step.Fault("handler", "NOT_ALLOWED", $"Step '{name}': '{handler}' is not for definitions of steps.");
            return null;
        }

        var config = step.OptionalObject("config");
        var needed = handler switch
        {
            BuiltInHandlers.HttpRequest => new[] { "method", "url" },
            BuiltInHandlers.EmailSend => ["to", "subject"],
            BuiltInHandlers.CreateOrGetPlan => ["planType", "planName"],
            BuiltInHandlers.AddItemsToPlan => ["planId", "items"],
            BuiltInHandlers.CreateTasks => ["domains", "minConfidence", "perimeter"],
            _ => [],
        };
        foreach (var missing in needed.Where(field => config?.Has(field) != true))
        {
            step.Fault($"config.{missing}", "REQUIRED", $"Step '{name}': '{handler}' needs '{missing}' in its config.");
        }

        var template = config?.TemplateOfWhole() ?? Template.Parse(JsonElement.Parse("{}"));
        return handler == BuiltInHandlers.SetState
            ? new SetNode(name, template, MergesIntoState: true)
            : new TaskNode(name, handler, template);
    }

    private static WaitNode? WaitOf(StepFields step, string name)
    {
        if (step.Has("durationMs") == step.Has("untilTimestamp"))
        {
            step.Fault("durationMs", "REQUIRED", $"Step '{name}' needs either 'durationMs' or 'untilTimestamp'.");
            return null;
        }

        var duration = step.OptionalTemplate("durationMs", JsonValueKind.Number, JsonValueKind.String);
        if (duration is { IsConstant: true })
        {
            step.OptionalNumber("durationMs", 0, MaxWaitMs);
        }

        var until = step.OptionalTemplate("untilTimestamp", JsonValueKind.String);
        if (until is { IsConstant: true } && step.OptionalText("untilTimestamp", 100) is { } text && !Timestamp.TryParse(text, out _))
        {
            step.Fault("untilTimestamp", "INVALID_FORMAT", "'untilTimestamp' must be a UTC date-time such as 2026-05-23T06:00:05.000Z.");
        }

        return new WaitNode(name, duration, until);
    }

    private ParallelNode? ParallelOf(StepFields step, string name, int depth)
    {
        if (IsTooDeep(step, depth) || step.Array("branches", 1) is not { } branches)
        {
            return null;
        }

        var graphs = new List<WorkflowGraph>();
        foreach (var (place, branch) in branches.EnumerateArray().Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{step.PathOf("branches")}[{place}]");
            if (branch.ValueKind != JsonValueKind.Array || branch.GetArrayLength() == 0)
            {
                _faults.Add(new(path, "INVALID_TYPE", $"{path} must be an array with at least one step."));
            }
            else if (ListOf(branch, path, depth + 1) is { } graph)
            {
                graphs.Add(graph);
            }
        }

        return new ParallelNode(name, graphs);
    }

    private ForeachNode? ForeachOf(StepFields step, string name, int depth)
    {
        if (IsTooDeep(step, depth))
        {
            return null;
        }

        if (!step.Has("items"))
        {
            step.Fault("items", "REQUIRED", $"Step '{name}' needs 'items'.");
        }

        var items = step.OptionalTemplate("items", JsonValueKind.Array, JsonValueKind.String);
        var body = step.Array("steps", 1) is { } steps ? ListOf(steps, step.PathOf("steps"), depth + 1) : null;
        var concurrency = step.OptionalNumber("concurrency", 1, ForeachNode.MaxItems);
        return items is null || body is null ? null : new ForeachNode(name, items, body, (int)(concurrency ?? DefaultConcurrency));
    }

    private static bool IsTooDeep(StepFields step, int depth)
    {
        if (depth <= MaxNesting)
        {
            return false;
        }

        step.Fault("type", "TOO_DEEP", $"Steps may stand at most {MaxNesting} levels inside each other.");
        return true;
    }
}
