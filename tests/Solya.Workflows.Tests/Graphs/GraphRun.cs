using System.Text.Json;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Graphs;

/// <summary>A run of a graph whose effects end when the test says so.</summary>
internal sealed class GraphRun
{
    private readonly WorkflowGraph _graph;
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private GraphRun(WorkflowGraph graph, string context)
    {
        _graph = graph;
        State = new()
        {
            OrganizationId = "org",
            RunId = Guid.Parse("019b0000-0000-7000-8000-000000000001"),
            WorkflowId = Guid.Parse("019b0000-0000-7000-8000-000000000002"),
            WorkflowVersion = 1,
            Input = new(context),
        };
    }

    public RunState State { get; }

    public RunStatus Status => State.Status;

    public int Advances { get; private set; }

    public Decisions Last { get; private set; } = new();

    /// <summary>The effects that have begun and not ended.</summary>
    public IEnumerable<string> Running => State.Steps.Values
        .Where(step => step is { Status: StepStatus.Running, WaitKind: null } && step.Kind == NodeKind.Task)
        .Select(step => step.Key.Iteration.Length == 0 ? step.Key.NodeId : $"{step.Key.NodeId}.{step.Key.Iteration}");

    public static GraphRun Start(string nodes, string edges = "", string context = "{}")
    {
        var compiled = Flow.Compile(nodes, Flow.Edges(edges));
        Assert.Empty(compiled.Faults);
        return new GraphRun(compiled.Graph!, context).Advance();
    }

    public GraphRun Advance(params Fact[] facts)
    {
        Advances++;
        Last = Advancer.Advance(_graph, State, facts, _now, () => 0.5);
        return this;
    }

    public GraphRun After(TimeSpan time)
    {
        _now += time;
        return Advance();
    }

    public GraphRun Succeed(string node, string output = "{}", string iteration = "")
        => Advance(new EffectSucceeded(new(node, iteration), Step(node, iteration).Attempt, new(output)));

    public GraphRun Fail(string node, string iteration = "")
        => Advance(new EffectFailed(new(node, iteration), Step(node, iteration).Attempt, new("BROKEN", "It broke."), IsRetryable: false));

    public StepState Step(string node, string iteration = "") => State.Steps[new(node, iteration)];

    public StepStatus? StatusOf(string node, string iteration = "")
        => State.Steps.TryGetValue(new(node, iteration), out var step) ? step.Status : null;

    public string? OutputOf(string node, string iteration = "")
        => Step(node, iteration).Output is { } output ? JsonSerializer.Serialize(output.Element) : null;
}
