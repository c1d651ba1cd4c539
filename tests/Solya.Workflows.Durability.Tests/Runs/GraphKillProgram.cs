using Solya.Workflows.Engine.Faults;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>A small graph, and what it leaves behind.</summary>
/// <param name="Nodes">A JSON array; <c>URL</c> stands for the receiver's address, <c>CHILD</c> for the workflow it starts.</param>
/// <param name="Edges">As <c>from to</c>, or <c>from:handle to</c>, with commas between them.</param>
internal sealed record GraphKillProgram(string Name, string Nodes, string Edges)
{
    private const string Webhook = "\"componentId\": \"webhook\", \"method\": \"POST\", \"url\": \"URL\", \"retry\": { \"backoffMs\": 100 }";

    // A child calls somebody and then says so; its end is what its parent waits for.
    private const string ChildNodes =
        $$$"""
        [ { "id": "call", "type": "action", "data": { {{{Webhook}}} } },
          { "id": "said", "type": "action", "data": { "componentId": "set", "values": { "said": "{{ call.status }}" } } } ]
        """;

    public static IReadOnlyList<GraphKillProgram> All { get; } =
    [
        new("join",
            $$$"""
            [ { "id": "start", "type": "trigger", "data": { "componentId": "manual_trigger" } },
              { "id": "first", "type": "action", "data": { {{{Webhook}}} } },
              { "id": "left", "type": "action", "data": { {{{Webhook}}} } },
              { "id": "right", "type": "action", "data": { "componentId": "set", "values": { "n": "{{ context.size }}" } } },
              { "id": "stock", "type": "action", "data": { "componentId": "tasks_create", "domains": ["restock"], "minConfidence": 0.5,
                "perimeter": [ { "variantId": "v1", "shopId": "s" }, { "variantId": "v2", "shopId": "s" } ] } },
              { "id": "both", "type": "action", "data": { "componentId": "data_mapper", "values": { "n": "{{ right.n }}", "created": "{{ stock.created }}" } } },
              { "id": "last", "type": "action", "data": { {{{Webhook}}} } } ]
            """,
            "start first, first left, first right, first stock, left both, right both, stock both, both last")
        {
            Commits = 3,
            Effects = 3,
            TableEffects = 1,
            Calls = ["first", "left", "last"],
            Tasks = 2,
        },
        new("iterator",
            $$$"""
            [ { "id": "each", "type": "action", "data": { "componentId": "iterator", "items": "{{ context.items }}", "concurrency": 2,
                "graph": { "nodes": [ { "id": "call", "type": "action", "data": { {{{Webhook}}} } } ], "edges": [] } } },
              { "id": "after", "type": "action", "data": { "componentId": "set", "values": { "n": "{{ each }}" } } } ]
            """,
            "each after")
        {
            Commits = 3,
            Effects = 3,
            Calls = ["call.0", "call.1", "call.2"],
        },
        new("branches",
            $$$"""
            [ { "id": "which", "type": "condition", "data": { "componentId": "condition", "expression": "context.size > 5" } },
              { "id": "never", "type": "action", "data": { {{{Webhook}}} } },
              { "id": "broken", "type": "action", "data": { {{{Webhook}}}, "acceptStatuses": [ 418 ] } },
              { "id": "unbroken", "type": "action", "data": { {{{Webhook}}} } },
              { "id": "mended", "type": "action", "data": { {{{Webhook}}} } },
              { "id": "choose", "type": "condition", "data": { "componentId": "switch", "expression": "context.size" } },
              { "id": "seven", "type": "action", "data": { "componentId": "set", "values": { "is": 7 } } },
              { "id": "other", "type": "action", "data": { {{{Webhook}}} } },
              { "id": "end", "type": "action", "data": { "componentId": "set", "values": { "ended": true } } } ]
            """,
            "which:true broken, which:false never, broken unbroken, broken:error mended, mended choose, choose:7 seven, choose:default other, seven end, other end, never end")
        {
            Commits = 3,
            Effects = 2,
            Calls = ["broken", "mended"],
            Steps = "FAILED broken, SKIPPED never, SKIPPED other, SKIPPED unbroken",
        },
        new("waited for",
            """
            [ { "id": "start", "type": "action", "data": { "componentId": "trigger_workflow", "workflow_id": "CHILD", "wait": true } },
              { "id": "after", "type": "action", "data": { "componentId": "set", "values": { "said": "{{ start.output.said }}" } } } ]
            """,
            "start after")
        {
            Commits = 3,
            Effects = 1,
            TableEffects = 1,
            StartsChild = true,
        },
        new("let go",
            $$$"""
            [ { "id": "start", "type": "action", "data": { "componentId": "trigger_workflow", "workflow_id": "CHILD", "wait": false } },
              { "id": "tell", "type": "action", "data": { {{{Webhook}}} } } ]
            """,
            "start tell")
        {
            Commits = 3,
            Effects = 2,
            TableEffects = 1,
            Calls = ["tell"],
            StartsChild = true,
        },
        new("waits",
            """
            [ { "id": "nap", "type": "action", "data": { "componentId": "delay", "duration": 1, "unit": "seconds" } },
              { "id": "paid", "type": "action", "data": { "componentId": "external_event", "signalType": "paid" } },
              { "id": "ask", "type": "action", "data": { "componentId": "approval", "prompt": "Pay?" } },
              { "id": "after", "type": "action", "data": { "componentId": "set", "values": { "amount": "{{ paid.amount }}" } } } ]
            """,
            "nap paid, paid ask, ask after")
        {
            Commits = 3,
            NeedsPeople = true,
        },
    ];

    /// <summary>How often it passes the points before and behind a commit, at least.</summary>
    public int Commits { get; init; }

    /// <summary>How often it passes those around an effect outside.</summary>
    public int Effects { get; init; }

    /// <summary>How often it passes the one behind an effect on the service's own tables.</summary>
    public int TableEffects { get; init; }

    /// <summary>Whom it calls, by the effect ids behind the run's.</summary>
    public IReadOnlyList<string> Calls { get; init; } = [];

    public int Tasks { get; init; }

    /// <summary>Its steps that do not end well, as <c>FAILED a, SKIPPED b</c>.</summary>
    public string Steps { get; init; } = "";

    public bool StartsChild { get; init; }

    public bool NeedsPeople { get; init; }

    /// <summary>Whether its death leaves behind what the next process may take up: those are killed one by one.</summary>
    public bool LeavesWork => StartsChild || NeedsPeople;

    public int Runs => StartsChild ? 2 : 1;

    /// <summary>Of which workflow's run, and the effect's id behind the run's.</summary>
    public IEnumerable<(string Workflow, string Call)> AllCalls
        => Calls.Select(call => (Name, call)).Concat(StartsChild ? [(ChildName, "call")] : []);

    private string ChildName => $"{Name} child";

    public bool Passes(FaultPoint point, int passes) => passes < point switch
    {
        FaultPoint.BeforeCommit or FaultPoint.AfterCommit => Commits,
        FaultPoint.BeforeEffect or FaultPoint.AfterEffectBeforeCommit => Effects,
        FaultPoint.AfterTableEffectBeforeCommit => TableEffects,
        _ => 0,
    };

    public async Task<string> DefineAsync(HttpClient client, Receiver receiver)
    {
        var child = StartsChild ? await StoreAsync(client, receiver, ChildName, ChildNodes, "call said") : "";
        return await StoreAsync(client, receiver, Name, Nodes.Replace("CHILD", child, StringComparison.Ordinal), Edges);
    }

    private static Task<string> StoreAsync(HttpClient client, Receiver receiver, string name, string nodes, string edges)
    {
        var drawn = edges.Split(", ").Select(edge => edge.Split(' ')).Select(ends => (From: ends[0].Split(':'), To: ends[1])).Select(edge =>
            edge.From is [var source, var handle]
                ? $$"""{ "source": "{{source}}", "sourceHandle": "{{handle}}", "target": "{{edge.To}}" }"""
                : $$"""{ "source": "{{edge.From[0]}}", "target": "{{edge.To}}" }""");
        return client.StoreAsync(
            EngineBench.Organization, name, $"\"nodes\": {nodes.Replace("URL", receiver.Url, StringComparison.Ordinal)}, \"edges\": [ {string.Join(", ", drawn)} ]");
    }
}
