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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

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

    /// <summary>Does what people and workers do until the run has ended or the process has.</summary>
    /// <exception cref="HttpRequestException">The process is not there.</exception>
    public Task PushUntilAsync(HttpClient client, string run, Func<bool> hasExited) => Eventually.TrueAsync(
        async () =>
        {
            if (hasExited() || await client.StatusAsync(run) is "COMPLETED" or "FAILED")
            {
                return true;
            }

            switch (Name)
            {
                case "external_event":
                    await client.SignalAsync(run, "paid", new { amount = 5 }, dedupId: "once");
                    break;
                case "approval":
                    foreach (var approval in await client.PendingApprovalsAsync())
                    {
                        await client.DecideAsync(approval, "approved");
                    }

                    break;
                case "worker":
                    await client.WorkAsync("warehouse.pick");
                    break;
            }

            return false;
        },
        Patience,
        $"the run of '{Name}' has ended");
}
