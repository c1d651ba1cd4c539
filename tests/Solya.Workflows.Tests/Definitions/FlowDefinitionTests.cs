using System.Text.Json;
using Solya.Workflows.Definitions;

namespace Solya.Workflows.Tests.Definitions;

public class FlowDefinitionTests
{
    private const string Trigger = """{ "id": "start", "data": { "nodeType": "TRIGGER" } }""";
    private const string Mail = """{ "id": "mail", "data": { "nodeType": "ACTION", "actionType": "SEND_EMAIL" } }""";
    private const string Plan = """{ "id": "plan", "data": { "nodeType": "ACTION", "actionType": "CREATE_OR_GET_PLAN" } }""";

    [Fact]
    public void A_whole_flow_has_no_fault()
        => Assert.Empty(Check(
            [Trigger, Plan, """{ "id": "add", "data": { "nodeType": "ACTION", "actionType": "ADD_ITEMS_TO_PLAN", "sourcePlanNodeId": "plan" } }"""],
            ["""{ "source": "start", "target": "plan" }""", """{ "source": "plan", "target": "add" }"""]));

    [Fact]
    public void A_lone_trigger_is_a_flow() => Assert.Empty(Check([Trigger], []));

    [Fact]
    public void The_plan_node_may_stand_in_the_configuration_or_be_left_out()
    {
        Assert.Empty(Check(
            [Trigger, Plan, """{ "id": "add", "data": { "nodeType": "ACTION", "actionType": "ADD_ITEMS_TO_PLAN", "config": { "sourcePlanNodeId": "plan" } } }"""], []));
        Assert.Empty(Check([Trigger, """{ "id": "add", "data": { "nodeType": "ACTION", "actionType": "ADD_ITEMS_TO_PLAN" } }"""], []));
    }

    [Theory]
    [InlineData("""{ }""", "nodes", "REQUIRED", "nodes")]
    [InlineData("""{ "nodes": [] }""", "edges", "REQUIRED", "edges")]
    [InlineData("""{ "nodes": {}, "edges": [] }""", "nodes", "INVALID_TYPE", "nodes")]
    [InlineData("""{ "nodes": null, "edges": [] }""", "nodes", "INVALID_TYPE", "nodes")]
    [InlineData("""{ "nodes": [], "edges": 1 }""", "edges", "INVALID_TYPE", "edges")]
    [InlineData("""{ "nodes": [], "edges": [] }""", "nodes", "NO_TRIGGER", "TRIGGER")]
    public void Nodes_and_edges_must_be_lists_with_a_trigger(string flow, string path, string code, string named)
        => AssertFault(FlowDefinition.Check(JsonDocument.Parse(flow).RootElement), path, code, named);

    [Theory]
    [InlineData("5", "nodes[1]", "INVALID_TYPE", "nodes[1]")]
    [InlineData("null", "nodes[1]", "INVALID_TYPE", "nodes[1]")]
    [InlineData("""{ "data": { "nodeType": "ACTION" } }""", "nodes[1].id", "REQUIRED", "nodes[1]")]
    [InlineData("""{ "id": "", "data": { "nodeType": "ACTION" } }""", "nodes[1].id", "REQUIRED", "nodes[1]")]
    [InlineData("""{ "id": 7, "data": { "nodeType": "ACTION" } }""", "nodes[1].id", "REQUIRED", "nodes[1]")]
    [InlineData("""{ "id": "start", "data": { "nodeType": "ACTION" } }""", "nodes[1].id", "DUPLICATE", "'start'")]
    [InlineData("""{ "id": "n" }""", "nodes[1].data", "REQUIRED", "'n'")]
    [InlineData("""{ "id": "n", "data": [] }""", "nodes[1].data", "REQUIRED", "'n'")]
    [InlineData("""{ "id": "n", "data": {} }""", "nodes[1].data.nodeType", "REQUIRED", "'n'")]
    [InlineData("""{ "id": "n", "data": { "nodeType": "action" } }""", "nodes[1].data.nodeType", "INVALID_VALUE", "'n'")]
    [InlineData("""{ "id": "n", "data": { "nodeType": 1 } }""", "nodes[1].data.nodeType", "INVALID_VALUE", "'n'")]
    [InlineData("""{ "id": "n", "data": { "nodeType": "ACTION", "actionType": "FLY" } }""", "nodes[1].data.actionType", "INVALID_VALUE", "'n'")]
    [InlineData("""{ "id": "n", "data": { "nodeType": "TRIGGER" } }""", "nodes[1].data.nodeType", "SECOND_TRIGGER", "'n'")]
    [InlineData("""{ "id": "n", "data": { "nodeType": "TRIGGER", "actionType": "SEND_EMAIL" } }""", "nodes[1].data.actionType", "NOT_ALLOWED", "'n'")]
    [InlineData("""{ "id": "n", "data": { "nodeType": "ACTION", "actionType": "ADD_ITEMS_TO_PLAN", "sourcePlanNodeId": "nowhere" } }""", "nodes[1].data.sourcePlanNodeId", "NOT_A_PLAN_NODE", "'n'")]
    [InlineData("""{ "id": "n", "data": { "nodeType": "ACTION", "actionType": "ADD_ITEMS_TO_PLAN", "sourcePlanNodeId": "start" } }""", "nodes[1].data.sourcePlanNodeId", "NOT_A_PLAN_NODE", "'n'")]
    [InlineData("""{ "id": "n", "data": { "nodeType": "ACTION", "actionType": "ADD_ITEMS_TO_PLAN", "sourcePlanNodeId": 5 } }""", "nodes[1].data.sourcePlanNodeId", "NOT_A_PLAN_NODE", "'n'")]
    [InlineData("""{ "id": "n", "data": { "nodeType": "ACTION", "actionType": "ADD_ITEMS_TO_PLAN", "config": { "sourcePlanNodeId": "n" } } }""", "nodes[1].data.config.sourcePlanNodeId", "NOT_A_PLAN_NODE", "'n'")]
    public void A_fault_of_a_node_names_the_node(string node, string path, string code, string named)
        => AssertFault(Check([Trigger, node], []), path, code, named);

    [Theory]
    [InlineData("5", "edges[0]", "INVALID_TYPE", "edges[0]")]
    [InlineData("""{ "id": "e", "target": "mail" }""", "edges[0].source", "REQUIRED", "edges[0]")]
    [InlineData("""{ "id": "e", "source": "start" }""", "edges[0].target", "REQUIRED", "edges[0]")]
    [InlineData("""{ "id": "e", "source": "start", "target": "" }""", "edges[0].target", "REQUIRED", "edges[0]")]
    [InlineData("""{ "id": "e", "source": "gone", "target": "mail" }""", "edges[0].source", "UNKNOWN_NODE", "'e'")]
    [InlineData("""{ "source": "start", "target": "gone" }""", "edges[0].target", "UNKNOWN_NODE", "edges[0]")]
    [InlineData("""{ "source": "start", "target": "Mail" }""", "edges[0].target", "UNKNOWN_NODE", "'Mail'")]
    [InlineData("""{ "source": "mail", "target": "mail" }""", "edges", "CYCLE", "'mail'")]
    public void A_fault_of_an_edge_names_the_edge(string edge, string path, string code, string named)
        => AssertFault(Check([Trigger, Mail], [edge]), path, code, named);

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = Check(["1", """{ "id": "n", "data": { "nodeType": "x", "actionType": "y" } }"""], ["2", """{ "source": "a", "target": "b" }"""]);

        Assert.Equal(
            ["edges[0]", "edges[1].source", "edges[1].target", "nodes[0]", "nodes[1].data.nodeType"],
            faults.Select(fault => fault.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_cycle_is_named_by_a_node_that_lies_on_it()
    {
        // start -> a -> b -> a, and b -> end: "end" is behind the cycle, not on it.
        var fault = Assert.Single(Check(
            [Action("end"), Trigger, Action("a"), Action("b")],
            [Edge("start", "a"), Edge("a", "b"), Edge("b", "a"), Edge("b", "end")]));

        Assert.Equal("CYCLE", fault.Code);
        Assert.Matches("'(a|b)'", fault.Message);
    }

    [Fact]
    public void There_is_a_most_of_nodes_and_edges()
    {
        Assert.Empty(Check([Trigger, .. Enumerable.Range(1, FlowDefinition.MaxNodes - 1).Select(index => Action($"n{index}"))], []));
        AssertFault(Check([Trigger, .. Enumerable.Range(1, FlowDefinition.MaxNodes).Select(index => Action($"n{index}"))], []), "nodes", "TOO_MANY", "500");
        AssertFault(
            Check([Trigger, Mail], [.. Enumerable.Repeat(Edge("start", "mail"), FlowDefinition.MaxEdges + 1)]), "edges", "TOO_MANY", "10000");
    }

    [Fact]
    public void A_graph_without_a_cycle_passes_and_an_edge_back_fails_it()
        => Seeded.ForAll(300, AnyGraph, graph =>
        {
            var nodes = graph.Order.Select(index => index == 0 ? Trigger : Action($"n{index}")).ToArray();
            var edges = graph.Edges.Select(edge => Edge(Name(edge.From), Name(edge.To))).ToList();
            Assert.Empty(Check(nodes, edges));

            // Back along an edge of the graph.
            var (from, to) = graph.Edges[graph.Edges.Count / 2];
            edges.Insert(0, Edge(Name(to), Name(from)));
            Assert.Equal("CYCLE", Assert.Single(Check(nodes, edges)).Code);
        });

    private sealed record Graph(int[] Order, List<(int From, int To)> Edges);

    // Edges lead from lower to higher numbers only; the nodes are listed in any order.
    private static Graph AnyGraph(Random random)
    {
        var order = Enumerable.Range(0, random.Next(2, 40)).ToArray();
        var edges = Enumerable.Range(0, random.Next(1, 80)).Select(_ =>
        {
            var to = random.Next(1, order.Length);
            return (random.Next(to), to);
        }).ToList();
        random.Shuffle(order);
        return new(order, edges);
    }

    private static string Name(int index) => index == 0 ? "start" : $"n{index}";

    private static string Action(string id) => $$"""{ "id": "{{id}}", "data": { "nodeType": "ACTION" } }""";

    private static string Edge(string source, string target) => $$"""{ "source": "{{source}}", "target": "{{target}}" }""";

    private static IReadOnlyList<FlowFault> Check(IEnumerable<string> nodes, IEnumerable<string> edges)
    {
        using var flow = JsonDocument.Parse($$"""{ "nodes": [{{string.Join(',', nodes)}}], "edges": [{{string.Join(',', edges)}}] }""");
        return FlowDefinition.Check(flow.RootElement);
    }

    private static void AssertFault(IReadOnlyList<FlowFault> faults, string path, string code, string named)
    {
        var fault = Assert.Single(faults, fault => fault.Path == path);
        Assert.Equal(code, fault.Code);
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }
}
