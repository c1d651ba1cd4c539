using Solya.Workflows.Engine.Faults;

namespace Solya.Workflows.Durability.Tests.Runs;

/// <summary>A small workflow of one type of steps, and what it leaves behind.</summary>
/// <param name="Steps">A JSON array; <c>URL</c> stands for the receiver's address.</param>
/// <param name="Passes">The fault points on its way.</param>
internal sealed record KillProgram(string Name, string Steps, params FaultPoint[] Passes)
{
    private static readonly FaultPoint[] Pure = [FaultPoint.AfterClaim, FaultPoint.BeforeCommit, FaultPoint.AfterCommit];
    private static readonly FaultPoint[] Outside = [.. Pure, FaultPoint.BeforeEffect, FaultPoint.AfterEffectBeforeCommit];
    private static readonly FaultPoint[] OwnTables = [FaultPoint.AfterClaim, FaultPoint.AfterTableEffectBeforeCommit];

    /// <summary>What the worker's step asks for.</summary>
    public const string Handler = "warehouse.pick";

    public static IReadOnlyList<KillProgram> All { get; } =
    [
        new("state.set",
            """
            [{"name":"a","type":"task","handler":"state.set","config":{"x":1}},{"name":"b","type":"task","handler":"state.set","config":{"y":"{{ x }}"}}]
            """,
            Pure),
        new("http.request", """[{"name":"call","type":"task","handler":"http.request","config":{"method":"POST","url":"URL"},"retry":{"backoffMs":100}}]""", Outside)
        {
            Calls = ["call"],
        },
        new("effect.noop",
            """
            [{"name":"a","type":"task","handler":"effect.noop","retry":{"backoffMs":100}},{"name":"b","type":"task","handler":"effect.noop","retry":{"backoffMs":100}}]
            """,
            Outside),
        new("wait", """[{"name":"nap","type":"wait","durationMs":300},{"name":"after","type":"task","handler":"state.set","config":{"x":1}}]""", Pure),
        new("external_event", """[{"name":"paid","type":"external_event","signalType":"paid"}]""", Pure),
        new("approval", """[{"name":"ask","type":"approval"}]""", Pure),
        new("condition",
            """
            [{"name":"which","type":"condition","expression":"1 < 2","trueStep":"yes"},
             {"name":"no","type":"task","handler":"state.set","config":{"no":true}},
             {"name":"yes","type":"task","handler":"effect.noop","retry":{"backoffMs":100}}]
            """,
            Outside),
        new("parallel",
            """
            [{"name":"both","type":"parallel","branches":[
               [{"name":"call","type":"task","handler":"http.request","config":{"method":"POST","url":"URL"},"retry":{"backoffMs":100}}],
               [{"name":"tasks","type":"task","handler":"tasks.create","config":{"domains":["restock"],"minConfidence":0.5,"perimeter":[{"variantId":"v","shopId":"s"}]}}]]}]
            """,
            [.. Outside, FaultPoint.AfterTableEffectBeforeCommit])
        {
            Calls = ["call"],
            Tasks = 1,
        },
        new("foreach",
            """
            [{"name":"each","type":"foreach","items":["a","b","c"],"concurrency":2,"steps":[
               {"name":"call","type":"task","handler":"http.request","config":{"method":"POST","url":"URL"},"retry":{"backoffMs":100}}]}]
            """,
            Outside)
        {
            Calls = ["call.0", "call.1", "call.2"],
        },
        new("plan",
            """
            [{"name":"plan","type":"task","handler":"plan.create_or_get","config":{"planType":"RESTOCK","planName":"week 21"}},
             {"name":"items","type":"task","handler":"plan.add_items","config":{"planId":"{{ steps.plan.output.planId }}","items":[
               {"variantId":"v1","shopId":"s"},{"variantId":"v2","shopId":"s"}]}}]
            """,
            OwnTables)
        {
            PlanItems = 2,
        },
        new("tasks.create",
            """
            [{"name":"tasks","type":"task","handler":"tasks.create","config":{"domains":["restock"],"minConfidence":0.5,"perimeter":[
               {"variantId":"v1","shopId":"s"},{"variantId":"v2","shopId":"s"}]}}]
            """,
            OwnTables)
        {
            Tasks = 2,
        },
        new("worker", """[{"name":"pick","type":"task","handler":"warehouse.pick"}]""", Pure),
    ];

    /// <summary>Whom it calls, by the effect ids behind the run's.</summary>
    public IReadOnlyList<string> Calls { get; init; } = [];

    public int PlanItems { get; init; }

    public int Tasks { get; init; }

    public Task<string> DefineAsync(HttpClient client, Receiver receiver)
        => client.DefineAsync(Name, Steps.Replace("URL", receiver.Url, StringComparison.Ordinal));
}
