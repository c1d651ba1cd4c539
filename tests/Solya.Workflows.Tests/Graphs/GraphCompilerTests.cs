using System.Text.Json;
using Solya.Workflows.Definitions;
using Solya.Workflows.Graphs;
using static Solya.Workflows.Tests.Graphs.Flow;

namespace Solya.Workflows.Tests.Graphs;

public class GraphCompilerTests
{
    [Fact]
    public void The_example_of_an_answer_is_no_graph_because_its_edge_leads_nowhere()
    {
        var fault = Assert.Single(Flow.Compile(
            """[ { "id": "node_1", "type": "action", "data": { "componentId": "webhook", "method": "GET", "url": "https://example.com" } } ]""",
            """[ { "id": "edge_1_2", "source": "node_1", "target": "node_2", "sourceHandle": "true" } ]""").Faults);

        Assert.Equal("edges[0].target", fault.Path);
        Assert.Contains("edge_1_2", fault.Message, StringComparison.Ordinal);
        Assert.Contains("node_2", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    public void A_graph_has_nodes(string nodes) => AssertFault(Flow.Compile(nodes), "nodes", "INVALID_TYPE");

    [Fact]
    public void Edges_may_be_left_out() => Assert.NotNull(GraphCompiler.Compile(JsonElement.Parse(Nodes(Flow.Text("a"))), default).Graph);

    [Fact]
    public void A_stored_definition_is_an_object_of_both()
        => Assert.NotNull(GraphCompiler.Compile(JsonElement.Parse($$"""{ "nodes": {{Nodes(Flow.Text("a"), Flow.Text("b"))}}, "edges": {{Edges("a>b")}} }""")).Graph);

    [Theory]
    [InlineData("""{ "type": "action", "data": { "componentId": "delay" } }""", "nodes[0].id", "REQUIRED")]
    [InlineData("""{ "id": "", "type": "action", "data": {} }""", "nodes[0].id", "TOO_SHORT")]
    [InlineData("""{ "id": 7, "type": "action", "data": {} }""", "nodes[0].id", "INVALID_TYPE")]
    [InlineData("""{ "id": "a", "data": { "componentId": "text", "text": "x" } }""", "nodes[0].type", "REQUIRED")]
    [InlineData("""{ "id": "a", "type": 1, "data": { "componentId": "text", "text": "x" } }""", "nodes[0].type", "INVALID_TYPE")]
    [InlineData("""{ "id": "a", "type": "action" }""", "nodes[0].data", "REQUIRED")]
    [InlineData("""{ "id": "a", "type": "action", "data": {} }""", "nodes[0].data.componentId", "REQUIRED")]
    [InlineData("""{ "id": "a", "type": "action", "data": { "componentId": "magic" } }""", "nodes[0].data.componentId", "INVALID_VALUE")]
    [InlineData("1", "nodes[0]", "INVALID_TYPE")]
    public void A_node_names_itself_and_its_component(string node, string path, string code) => AssertFault(Flow.Compile(Nodes(node)), path, code);

    [Theory]
    [InlineData("webhook", "\"method\": \"GET\"", "url", "REQUIRED")]
    [InlineData("webhook", "\"method\": \"GET\", \"url\": null", "url", "REQUIRED")]
    [InlineData("webhook", "\"method\": \"GET\", \"url\": 5", "url", "INVALID_TYPE")]
    [InlineData("webhook", "\"method\": \"GET\", \"url\": \"{{ 1 + }}\"", "url", "INVALID_EXPRESSION")]
    [InlineData("email", "\"to\": \"a@example.com\"", "subject", "REQUIRED")]
    [InlineData("delay", "", "duration", "REQUIRED")]
    [InlineData("delay", "\"duration\": 1, \"until\": \"2026-05-23T06:00:05.000Z\"", "duration", "REQUIRED")]
    [InlineData("delay", "\"duration\": -1, \"unit\": \"hours\"", "duration", "OUT_OF_RANGE")]
    [InlineData("delay", "\"duration\": 1, \"unit\": \"weeks\"", "unit", "INVALID_VALUE")]
    [InlineData("delay", "\"until\": \"tomorrow\"", "until", "INVALID_FORMAT")]
    [InlineData("condition", "", "expression", "REQUIRED")]
    [InlineData("condition", "\"expression\": \"((\"", "expression", "INVALID_EXPRESSION")]
    [InlineData("switch", "", "expression", "REQUIRED")]
    [InlineData("external_event", "", "signalType", "REQUIRED")]
    [InlineData("approval", "\"onTimeout\": \"wait\"", "onTimeout", "INVALID_VALUE")]
    [InlineData("iterator", "\"items\": []", "graph", "REQUIRED")]
    [InlineData("set", "\"values\": []", "values", "INVALID_TYPE")]
    [InlineData("data_mapper", "", "values", "REQUIRED")]
    [InlineData("text", "", "text", "REQUIRED")]
    [InlineData("trigger_workflow", "", "workflow_id", "REQUIRED")]
    [InlineData("trigger_workflow", "\"workflow_id\": \"{{ context.id }}\"", "workflow_id", "NOT_ALLOWED")]
    [InlineData("trigger_workflow", "\"workflow_id\": \"fl_1\", \"wait\": \"yes\"", "wait", "INVALID_TYPE")]
    [InlineData("terminate", "\"status\": \"done\"", "status", "INVALID_VALUE")]
    [InlineData("plan_create_or_get", "\"planType\": \"PRICING\"", "planName", "REQUIRED")]
    [InlineData("plan_add_items", "\"planId\": \"plan_1\"", "items", "REQUIRED")]
    [InlineData("tasks_create", "\"domains\": [], \"perimeter\": []", "minConfidence", "REQUIRED")]
    [InlineData("text", "\"text\": \"x\", \"retry\": { \"maxAttempts\": 21 }", "retry.maxAttempts", "OUT_OF_RANGE")]
    [InlineData("text", "\"text\": \"x\", \"timeoutMs\": 0", "timeoutMs", "OUT_OF_RANGE")]
    [InlineData("text", "\"text\": \"x\", \"continueOnError\": 1", "continueOnError", "INVALID_TYPE")]
    public void Every_component_says_what_its_data_lacks(string component, string data, string field, string code)
        => AssertFault(Flow.Compile(Nodes(Flow.Text("first"), Node("node-7", component, data))), $"nodes[1].data.{field}", code, "node-7");

    [Fact]
    public void Every_component_becomes_a_node_and_keys_of_editors_do_not_count()
    {
        var more = "\"label\": \"Mine\", \"retry\": { \"maxAttempts\": 7 }, \"timeoutMs\": 900, \"continueOnError\": true";
        string[] nodes =
        [
            Node("n0", "schedule_trigger", more), Node("n2", "webhook", $"\"method\": \"GET\", \"url\": \"https://example.com\", \"body\": null, {more}"),
            Node("n3", "email", $"\"to\": [\"a@example.com\"], \"subject\": \"s\", {more}"), Node("n4", "delay", $"\"duration\": \"{{{{ 2 }}}}\", {more}"),
            Node("n5", "condition", $"\"expression\": \"true\", {more}"), Node("n6", "switch", $"\"expression\": \"1\", {more}"),
            Node("n7", "external_event", $"\"signalType\": \"s\", {more}"), Node("n8", "approval", more),
            Iterator("n9", $"\"items\": [1], {more}", Nodes(Flow.Text("inner"))), Node("n10", "set", $"\"values\": {{}}, {more}"),
            Node("n11", "data_mapper", $"\"values\": {{}}, {more}"), Node("n12", "text", $"\"text\": \"\", {more}"),
            Node("n13", "trigger_workflow", $"\"workflow_id\": \"fl_1\", \"wait\": true, {more}"),
            Node("n15", "plan_create_or_get", $"\"planType\": \"PRICING\", \"planName\": \"p\", {more}"),
            Node("n16", "plan_add_items", $"\"planId\": \"p\", \"items\": [], {more}"),
            Node("n17", "tasks_create", $"\"domains\": [], \"minConfidence\": 0.5, \"perimeter\": [], {more}"),
        ];

        var graph = Flow.Compile(Nodes(nodes)).Graph!;

        Assert.Equal(Dialect.Graph, graph.Dialect);
        Assert.All(graph.Nodes, node =>
        {
            Assert.Equal(7, node.Retry.MaxAttempts);
            Assert.Equal(TimeSpan.FromMilliseconds(900), node.Timeout);
            Assert.True(node.ContinueOnError);
        });
    }

    [Fact]
    public void Ids_are_unique_also_inside_of_iterators()
        => AssertFault(Flow.Compile(Nodes(Flow.Text("a"), Iterator("b", "\"items\": []", Nodes(Flow.Text("a"))))), "nodes[1].data.graph.nodes[0].id", "DUPLICATE", "'a'");

    [Fact]
    public void A_fault_inside_of_an_iterator_names_the_inner_node()
        => AssertFault(
            Flow.Compile(Nodes(Iterator("outer", "\"items\": []", Nodes(Node("inner", "webhook", "\"method\": \"GET\""))))),
            "nodes[0].data.graph.nodes[0].data.url", "REQUIRED", "Node 'inner'");

    [Fact]
    public void There_is_at_most_one_trigger_and_nothing_leads_to_it()
    {
        AssertFault(Flow.Compile(Nodes(Entry, Node("again", "webhook_trigger"))), "nodes[1].data.componentId", "SECOND_TRIGGER", "again");
        AssertFault(Flow.Compile(Nodes(Entry, Flow.Text("a")), Edges("a>start")), "edges[0].target", "NOT_ALLOWED", "e0");
        AssertFault(Flow.Compile(Nodes(Iterator("i", "\"items\": []", Nodes(Entry)))), "nodes[0].data.graph.nodes[0].data.componentId", "NOT_ALLOWED", "start");
    }

    [Theory]
    [InlineData("a>a")]
    [InlineData("a>b b>c c>a")]
    public void A_cycle_is_refused_and_a_node_on_it_named(string edges)
        => AssertFault(Flow.Compile(Nodes(Flow.Text("a"), Flow.Text("b"), Flow.Text("c"), Flow.Text("after")), Edges($"{edges} a>after")), "edges", "CYCLE", "'a'");

    [Theory]
    [InlineData("ghost>a", "edges[0].source", "UNKNOWN_NODE")]
    [InlineData("a>ghost", "edges[0].target", "UNKNOWN_NODE")]
    [InlineData("if>a", "edges[0].sourceHandle", "INVALID_VALUE")]
    [InlineData("if>a:success", "edges[0].sourceHandle", "INVALID_VALUE")]
    [InlineData("choice>a", "edges[0].sourceHandle", "INVALID_VALUE")]
    [InlineData("b>a:false", "edges[0].sourceHandle", "INVALID_VALUE")]
    [InlineData("b>a:anything", "edges[0].sourceHandle", "INVALID_VALUE")]
    [InlineData("end>a", "edges[0].sourceHandle", "INVALID_VALUE")]
    public void An_edge_joins_nodes_by_a_handle_that_the_source_has(string edge, string path, string code)
        => AssertFault(
            Flow.Compile(
                Nodes(Flow.Text("a"), Flow.Text("b"), Node("if", "condition", "\"expression\": \"true\""), Node("choice", "switch", "\"expression\": \"1\""), Node("end", "terminate")),
                Edges(edge)),
            path, code, "e0");

    [Fact]
    public void An_edge_is_an_object_with_ends_and_an_id_of_its_own()
    {
        AssertFault(Flow.Compile(Nodes(Flow.Text("a")), "{}"), "edges", "INVALID_TYPE");
        AssertFault(Flow.Compile(Nodes(Flow.Text("a")), "[1]"), "edges[0]", "INVALID_TYPE");
        AssertFault(Flow.Compile(Nodes(Flow.Text("a")), """[{ "source": "a" }]"""), "edges[0].target", "REQUIRED", "edges[0]");
        AssertFault(
            Flow.Compile(Nodes(Flow.Text("a"), Flow.Text("b")), """[{ "id": "e", "source": "a", "target": "b" }, { "id": "e", "source": "a", "target": "b" }]"""),
            "edges[1].id", "DUPLICATE", "'e'");
    }

    [Fact]
    public void Five_hundred_nodes_are_allowed_and_one_more_is_not()
    {
        string[] many = [.. Enumerable.Range(0, 498).Select(i => Flow.Text($"n{i}"))];
        Assert.NotNull(Flow.Compile(Nodes([.. many, Iterator("i", "\"items\": []", Nodes(Flow.Text("inner")))])).Graph);
        AssertFault(Flow.Compile(Nodes([.. many, Iterator("i", "\"items\": []", Nodes(Flow.Text("inner"), Flow.Text("other")))])), "nodes", "TOO_MANY");
    }

    [Fact]
    public void Ten_thousand_edges_are_allowed_and_one_more_is_not()
    {
        static string Edges(int count) => $"[{string.Join(',', Enumerable.Repeat("""{ "source": "a", "target": "b" }""", count))}]";
        Assert.NotNull(Flow.Compile(Nodes(Flow.Text("a"), Flow.Text("b")), Edges(GraphCompiler.MaxEdges)).Graph);
        AssertFault(Flow.Compile(Nodes(Flow.Text("a"), Flow.Text("b")), Edges(GraphCompiler.MaxEdges + 1)), "edges", "TOO_MANY");
    }

    [Fact]
    public void Iterators_stand_five_deep_at_most()
    {
        static string Nest(int depth) => depth == 0 ? Flow.Text("leaf") : Iterator($"i{depth}", "\"items\": [1]", Nodes(Nest(depth - 1)));
        Assert.NotNull(Flow.Compile(Nodes(Nest(5))).Graph);
        Assert.Equal("TOO_DEEP", Assert.Single(Flow.Compile(Nodes(Nest(6))).Faults).Code);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        var faults = Flow.Compile(Nodes(Node("a", "webhook"), Node("b", "magic"), Flow.Text("c")), Edges("a>ghost c>c")).Faults;
        Assert.Equal(
            ["nodes[0].data.method", "nodes[0].data.url", "nodes[1].data.componentId", "edges[0].target", "edges"],
            faults.Select(fault => fault.Path));
    }

    [Fact]
    public void Definitions_of_steps_know_only_the_types_and_handlers_of_steps()
    {
        var fault = Assert.Single(StepsCompiler.Compile(JsonElement.Parse("""[ { "name": "a", "type": "switch" } ]""")).Faults);
        Assert.Equal("'type' must be one of task, wait, external_event, approval, condition, parallel, foreach.", fault.Message);
        AssertFault(StepsCompiler.Compile(JsonElement.Parse("""[ { "name": "a", "type": "task", "handler": "workflow.trigger" } ]""")), "steps[0].handler", "NOT_ALLOWED");
    }

    private static void AssertFault(CompiledGraph compiled, string path, string code, string named = "")
    {
        Assert.Null(compiled.Graph);
        FlowFault fault = Assert.Single(compiled.Faults);
        Assert.Equal((path, code), (fault.Path, fault.Code));
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }
}
