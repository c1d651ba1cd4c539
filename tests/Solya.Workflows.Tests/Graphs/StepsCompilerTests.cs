using System.Text.Json;
using Solya.Workflows.Graphs;

namespace Solya.Workflows.Tests.Graphs;

/// <summary>What step lists compile to.</summary>
public class StepsCompilerTests
{
    [Fact]
    public void Every_type_of_step_has_its_node()
    {
        var nodes = Graph("""
            [ { "name": "task", "type": "task", "handler": "http.request", "config": { "method": "GET", "url": "u" } },
              { "name": "own", "type": "task", "handler": "anything else" },
              { "name": "set", "type": "task", "handler": "state.set", "config": { "a": 1 } },
              { "name": "wait", "type": "wait", "durationMs": 5 },
              { "name": "until", "type": "wait", "untilTimestamp": "2026-05-23T06:00:05.000Z" },
              { "name": "event", "type": "external_event", "signalType": "s", "timeoutMs": 7 },
              { "name": "ask", "type": "approval", "contentKey": "k", "prompt": "p", "approvers": ["a"], "timeoutMs": 9, "onTimeout": "approve" },
              { "name": "if", "type": "condition", "expression": "a.b" },
              { "name": "p", "type": "parallel", "branches": [[ { "name": "p1", "type": "approval" } ], [ { "name": "p2", "type": "approval" } ]] },
              { "name": "each", "type": "foreach", "items": "{{ list }}", "concurrency": 3, "steps": [ { "name": "e1", "type": "approval" } ] } ]
            """).Nodes;

        Assert.Equal("http.request", Assert.IsType<TaskNode>(nodes[0]).Handler);
        Assert.Equal("anything else", Assert.IsType<TaskNode>(nodes[1]).Handler);
        Assert.True(Assert.IsType<SetNode>(nodes[2]).MergesIntoState);
        Assert.NotNull(Assert.IsType<WaitNode>(nodes[3]).DurationMs);
        Assert.NotNull(Assert.IsType<WaitNode>(nodes[4]).Until);
        Assert.Equal(TimeSpan.FromMilliseconds(7), Assert.IsType<SignalNode>(nodes[5]).Timeout);
        Assert.Equal(("k", OnApprovalTimeout.Approve, TimeSpan.FromMilliseconds(9)), (Assert.IsType<ApprovalNode>(nodes[6]).ContentKey, ((ApprovalNode)nodes[6]).OnTimeout, nodes[6].Timeout!.Value));
        Assert.Equal("a.b", Assert.IsType<ConditionNode>(nodes[7]).Expression.Text);
        Assert.Equal(["p1", "p2"], Assert.IsType<ParallelNode>(nodes[8]).Branches.Select(branch => branch.Nodes.Single().Id));
        Assert.Equal((3, "e1"), (Assert.IsType<ForeachNode>(nodes[9]).Concurrency, ((ForeachNode)nodes[9]).Body.Nodes.Single().Id));
        Assert.Equal(
            [NodeKind.Task, NodeKind.Task, NodeKind.Task, NodeKind.Wait, NodeKind.Wait, NodeKind.ExternalEvent, NodeKind.Approval, NodeKind.Condition, NodeKind.Parallel, NodeKind.Foreach],
            nodes.Select(node => node.Kind));
    }

    [Fact]
    public void Steps_lead_to_each_other_in_their_order_and_the_first_is_the_beginning()
    {
        var graph = Graph("""[ { "name": "a", "type": "approval" }, { "name": "b", "type": "approval" }, { "name": "c", "type": "approval" } ]""");

        Assert.Equal([0, 1, 2], graph.Order);
        Assert.Equal([new GraphEdge(0, 1)], graph.Into(1));
        Assert.Equal([new GraphEdge(1, 2)], graph.Into(2));
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(graph.IsEntry));
    }

    [Fact]
    public void A_condition_leads_to_the_steps_it_names_or_to_the_next()
    {
        var graph = Graph("""
            [ { "name": "if", "type": "condition", "expression": "x", "falseStep": "c" },
              { "name": "b", "type": "approval" }, { "name": "c", "type": "approval" } ]
            """);

        Assert.Equal([new GraphEdge(0, 1, "true")], graph.Into(1));
        Assert.Equivalent(new[] { new GraphEdge(1, 2), new GraphEdge(0, 2, "false") }, graph.Into(2), strict: true);
    }

    [Fact]
    public void Attempts_follow_the_step_or_the_default_and_an_approval_is_asked_for_once()
    {
        var nodes = Graph("""
            [ { "name": "a", "type": "task", "handler": "h" }, { "name": "b", "type": "approval" },
              { "name": "c", "type": "task", "handler": "h", "retry": { "maxAttempts": 20, "backoffMs": 100, "multiplier": 1.5, "maxBackoffMs": 100, "jitter": false } },
              { "name": "d", "type": "task", "handler": "h", "retry": {}, "continueOnError": true, "timeoutMs": 1 } ]
            """).Nodes;

        Assert.Equal(new RetryPolicy(3, 1000, 2, 300_000, true), nodes[0].Retry);
        Assert.Equal(1, nodes[1].Retry.MaxAttempts);
        Assert.Equal(new RetryPolicy(20, 100, 1.5, 100, false), nodes[2].Retry);
        Assert.Equal((RetryPolicy.Default, true, TimeSpan.FromMilliseconds(1)), (nodes[3].Retry, nodes[3].ContinueOnError, nodes[3].Timeout!.Value));
        Assert.Equal((false, (TimeSpan?)null), (nodes[0].ContinueOnError, nodes[0].Timeout));
    }

    [Fact]
    public void What_is_not_known_is_ignored()
        => Assert.Equal("a", Graph("""[ { "name": "a", "type": "approval", "later": { "x": [1] } } ]""").Nodes.Single().Id);

    [Fact]
    public void Five_hundred_steps_are_not_too_many_wherever_they_stand()
    {
        var steps = string.Join(',', Enumerable.Range(0, 499).Select(i => $$"""{ "name": "s{{i}}", "type": "approval" }"""));

        Assert.Equal(500, Graph($$"""[ { "name": "p", "type": "parallel", "branches": [[ {{steps}} ]] } ]""").AllNodes().Count());
        Assert.Equal(
            ["steps TOO_MANY"],
            StepFaults.Of($$"""[ { "name": "p", "type": "parallel", "branches": [[ {{steps}} ]] }, { "name": "one more", "type": "approval" } ]"""));
    }

    [Fact]
    public void Far_too_many_steps_are_refused_without_looking_at_all_of_them()
    {
        var steps = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $$"""{ "name": "s{{i % 600}}", "type": 5 }"""));

        var faults = StepFaults.Of($"[ {steps} ]");
        Assert.Equal("steps TOO_MANY", faults[^1]);
        Assert.InRange(faults.Count, 501, 502);
    }

    [Fact]
    public void Steps_may_stand_five_levels_inside_each_other()
    {
        Assert.Equal(6, Graph(Nested(5)).AllNodes().Count());
        Assert.Equal(["steps[0].steps[0].branches[0][0].steps[0].branches[0][0].steps[0].type TOO_DEEP"], StepFaults.Of(Nested(6)));
        Assert.Contains("TOO_DEEP", StepFaults.Of(Nested(60)).Single(), StringComparison.Ordinal);

        static string Nested(int levels)
        {
            var steps = """[ { "name": "in", "type": "approval" } ]""";
            for (var level = levels; level > 0; level--)
            {
                steps = level % 2 == 0
                    ? $$"""[ { "name": "l{{level}}", "type": "parallel", "branches": [ {{steps}} ] } ]"""
                    : $$"""[ { "name": "l{{level}}", "type": "foreach", "items": [], "steps": {{steps}} } ]""";
            }

            return steps;
        }
    }

    [Fact]
    public void Everything_wrong_is_said_at_once_and_names_the_step()
    {
        var compiled = StepsCompiler.Compile(JsonElement.Parse("""
            [ { "name": "a", "type": "wait" },
              { "name": "p", "type": "parallel", "branches": [[ { "type": "approval" }, 5 ], "x" ] },
              { "name": "a", "type": "nothing" } ]
            """));

        Assert.Null(compiled.Graph);
        Assert.Equal(
            ["steps[0].durationMs", "steps[1].branches[0][0].name", "steps[1].branches[0][1]", "steps[1].branches[1]", "steps[2].name", "steps[2].type"],
            compiled.Faults.Select(fault => fault.Path));
        Assert.Contains("'a'", compiled.Faults[0].Message, StringComparison.Ordinal);
    }

    private static WorkflowGraph Graph(string steps)
    {
        var compiled = StepsCompiler.Compile(JsonElement.Parse(steps));
        Assert.Empty(compiled.Faults);
        return compiled.Graph!;
    }
}
