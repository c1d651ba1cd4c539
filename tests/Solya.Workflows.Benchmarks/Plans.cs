using System.Globalization;
using Npgsql;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// How PostgreSQL carries out the statements whose speed must not depend on the history, beside a long one. The service
/// itself sends them, prepared, as it does all day; what is written down is the plan of the last time.
/// </summary>
internal static class Plans
{
    private const int Times = 12;
    private const int Connections = 64;
    private const string Worker = "benchmark.work";
    private const string ErrorCode = "EXECUTOR_GONE";

    // Comes before the other in the primary key. Its runs are older than the others', so that a list that goes through all runs
    // finds them last.
    private const string SmallOrganization = "org_a";

    private const string SmallHistory =
        $"""
        INSERT INTO workflow_runs (organization_id, id, executor, status, last_heartbeat_at, event_sequence, created_at, started_at, completed_at, updated_at)
        SELECT '{SmallOrganization}', ('00000000-000' || n || '-7000-8000-000000000000')::uuid, 'EXTERNAL', 'COMPLETED', at, 0, at, at, at, at
          FROM generate_series(1, 3) n, (SELECT min(created_at) - interval '1 day' AS at FROM workflow_runs) first
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Line>> RunAsync(Options options)
    {
        // The bench's own service executes nothing, so that the one that logs has to claim what it is given.
        await using var bench = await Workbench.StartAsync(serviceSettings: new Dictionary<string, string> { ["Engine__Enabled"] = "false" });
        var filled = await History.FillAsync(bench, options.History);
        Report.Progress($"filled in {filled}");
        var workspace = await Workspace.CreateAsync(bench, Workbench.Organization);
        var definition = await workspace.DefineAsync("values", EngineRuns.ThreeValues);
        await ColourAsync(bench, definition);
        var small = await Workspace.CreateAsync(bench, SmallOrganization);
        await bench.ExecuteAsync(SmallHistory);
        var updates = await LoadAsync(options, bench, workspace, definition);

        var log = new PlanLog(bench);
        try
        {
            await log.BeginAsync();
        }
        catch (PostgresException missing)
        {
            throw new RequestFailedException($"auto_explain: {missing.MessageText}");
        }

        var plans = new List<QueryPlan>();
        await using (var service = await bench.StartServiceAsync())
        {
            foreach (var asked in await RequestsAsync(bench, workspace, small, definition))
            {
                log.Forget();
                var target = asked.IsForTheQueue ? bench.Service : service;
                Comparison.ThrowIfFailed(await LoadGenerator.RunAsync(target.Address, 1, Patience, _ => n => asked.Request.With(n), Times));
                if (asked.IsForTheQueue)
                {
                    await QueueIsClaimedAsync(bench);
                }

                plans.AddRange(asked.Statements.Select(statement => statement.In(log)));
            }
        }

        plans.AddRange(await RetentionAsync(bench, log));
        var path = Path.Combine(Testing.Repository.PathOf("artifacts"), "query-plans.md");
        var facts = string.Create(CultureInfo.InvariantCulture, $"{options.History:N0} runs of {History.StepsPerRun} steps and as many events ({filled.Split(", ")[1]})");
        await File.WriteAllTextAsync(path, PlanPage.Write(facts, await Machine.DescribeAsync(), plans, updates));
        Report.Progress($"written to {path}");
        return [.. plans.Select(plan => plan.ToLine())];
    }

    // One run of 500 failed, and one of 5,000 is of a stored workflow: what is rare has to be found as soon.
    private static Task ColourAsync(Workbench bench, string definition) => bench.ExecuteAsync(
        $"""
        UPDATE workflow_runs SET status = 'FAILED', error_code = '{ErrorCode}', error_message = 'The executor went away.' WHERE hashtext(id::text) % 500 = 0;
        UPDATE workflow_runs SET workflow_id = '{PublicId.Parse(PublicId.Definition, definition)}' WHERE hashtext(id::text) % 5000 = 1;
        """);

    /// <summary>What rows were updated under load, by its kind.</summary>
    private static async Task<IReadOnlyList<HotShare>> LoadAsync(Options options, Workbench bench, Workspace workspace, string definition)
    {
        await bench.ExecuteAsync("VACUUM ANALYZE");
        var runs = await PatchStep.StepsAsync(bench, Connections);
        await using var engine = await bench.StartServiceAsync();
        var start = workspace.StartOf(definition).With(0);
        return
        [
            .. await HotShare.OfAsync(bench, "POST step", async () => Comparison.ThrowIfFailed(await PostStep.OursAsync(bench, Connections, options.Round))),
            .. await HotShare.OfAsync(bench, "PATCH step", async () => Comparison.ThrowIfFailed(await PatchStep.OursAsync(bench, runs, Connections, options.Round))),
            .. await HotShare.OfAsync(bench, "runs of three state.set steps", async () =>
            {
                Comparison.ThrowIfFailed(await LoadGenerator.RunAsync(engine.Address, Connections, options.Round, _ => _ => start));
                await EngineRuns.DrainAsync(bench);
            }),
        ];
    }

    private static async Task<IReadOnlyList<Asked>> RequestsAsync(Workbench bench, Workspace workspace, Workspace small, string definition)
    {
        const string List = "ORDER BY w.id DESC";
        const string Count = "SELECT count(*)";
        const string Runs = "FROM workflow_runs AS w";
        var deep = await RunAtAsync(bench, 10_000 * 20);
        var old = PublicId.Format(PublicId.Run, deep);
        var open = (await ReportedRuns.StartAsync(bench, 16))[0];
        var work = await workspace.DefineAsync("work", $$"""[{"name":"a","type":"task","handler":"{{Worker}}"}]""");
        Asked Listing(string title, string query, string why, Workspace? of = null) => new(
            (of ?? workspace).Get($"/v1/workflow-runs?pageSize=20{query}"),
            [
                new($"List of runs {title}", why, 100, Runs, List),
                new($"Total of the list {title}", "Counting stops at 10,001, each of them at most one page.", 11_000, Count, Runs),
            ]);

        await bench.ExecuteAsync(ZombieSweep.MakeZombies);
        return
        [
            new(workspace.Get($"/v1/workflow-runs/{old}"),
            [
                new("A run by its id", "One probe of the primary key for each run of the group.", 20, "FROM workflow_runs WHERE organization_id = wanted.organization_id AND id = wanted.run_id"),
                new("The steps of a run", "Steps of a run stand together in the primary key; only they are sorted.", 50, "FROM workflow_run_steps WHERE organization_id = wanted.organization_id AND run_id = wanted.run_id ORDER BY started_at"),
            ]),
            new(workspace.Get($"/v1/workflow-runs/{old}/events?after=3"),
            [
                new("Events of a run after a sequence", "A range of the primary key; each event's step by its own key.", 100, "FROM workflow_run_events happening"),
            ]),
            Listing("by cursor, page 1", "", "The primary key, from its end backward, until the page is full."),
            new(workspace.Get($"/v1/workflow-runs?pageSize=20&cursor={old}"),
            [
                new("List of runs by cursor, page 10,000", "The same from the cursor on: a deep page costs what the first does.", 100, Runs, List),
            ]),
            Listing("with status FAILED, one of 500", "&status=FAILED", "An index that holds all runs but the completed ones."),
            Listing("with status COMPLETED, nearly all", "&status=COMPLETED", "The primary key: nearly every run that it meets is one."),
            Listing("with an error code", $"&errorCode={ErrorCode}", "An index of the runs that have one."),
            Listing("of a workflow, one of 5,000", $"&definitionId={definition}", "An index of the runs that are of a workflow."),
            Listing("of an organization that has three, after the other's", "", "Its part of the primary key, and nothing of the other's.", small),
            Listing("with status COMPLETED of an organization that has three", "&status=COMPLETED", "The same.", small),
            new(PreparedRequest.Of("POST", "/api/internal/cron/zombie-run-sweep", """{"dryRun":true}""", Workbench.CronToken),
            [
                new("The sweep's candidates", "An index of open runs only: as many pages as there are open runs, whatever has ended.", 10_000, "FROM workflow_runs run", "AS deadline", "overdue.deadline, (SELECT count(*)"),
            ]),
            new(PreparedRequest.Of("POST", $"/api/data-platform/workflow-runs/{open}/steps", ReportedRuns.StepBody),
            [
                new("A report of a step", "One probe of a key for each row; the constraints' look-ups are in the triggers.", 100, "INSERT INTO workflow_run_steps", "unnest"),
            ]),
            new(workspace.StartOf(definition),
            [
                new("The queue's claim", "From organization to organization by the first entry of each, then what is due. Ended runs are not in the queue.", 300, "WITH RECURSIVE clock"),
            ], IsForTheQueue: true),
            new(workspace.StartOf(work), [], IsForTheQueue: true),
            new(workspace.Post("/v1/worker/claim", $$"""{"handlers":["{{Worker}}"],"workerId":"worker-1","max":1}"""),
            [
                new("A worker's claim", "An index of what is due for a handler; the step by its key.", 300, "INSERT INTO worker_tasks AS task"),
            ]),
        ];
    }

    private static async Task<IReadOnlyList<QueryPlan>> RetentionAsync(Workbench bench, PlanLog log)
    {
        const string Last = "DELETE FROM workflow_runs WHERE organization_id = $1 AND id = ANY ($2)";
        log.Forget();
        await using var service = await bench.StartServiceAsync(new Dictionary<string, string> { ["Retention__Runs"] = "1.00:00:00" });
        using var poll = new PeriodicTimer(TimeSpan.FromSeconds(1));
        using var patience = new CancellationTokenSource(Patience);
        while (log.Count(Last) < Times)
        {
            await poll.WaitForNextTickAsync(patience.Token);
        }

        return
        [
            new Statement("Retention: the next organization with old runs", "Hops from one organization's first run to the next one's.", 100, "WITH RECURSIVE head", "FROM workflow_runs WHERE organization_id > $1").In(log),
            new Statement("Retention: the oldest runs of an organization", "The primary key from where the last transaction came to; up to 100 runs, and a probe for each whether it started others.", 10_000, "AS has_ended FROM workflow_runs").In(log),
            new Statement("Retention: the runs of an organization that has three", "The same, and nothing of the other organization's.", 100, "AS has_ended FROM workflow_runs") { Rows = 3 }.In(log),
            new Statement("Retention: the runs are locked", "One probe for each run, and one for its children.", 10_000, "FOR UPDATE SKIP LOCKED) run", "tree").In(log),
            new Statement("Retention: who still speaks of them", "Probes of queue, abandoned runs and deliveries for each run.", 10_000, "SELECT root, id", "FROM run_queue").In(log),
            new Statement("Retention: their events are deleted", "Ranges of the primary key, one for each run.", 50_000, "DELETE FROM workflow_run_events").In(log),
            new Statement("Retention: their steps are deleted", "The same.", 50_000, "DELETE FROM workflow_run_steps").In(log),
            new Statement("Retention: the runs are deleted", "By the primary key; the triggers look for what refers to them.", 50_000, Last).In(log),
        ];
    }

    private static Task QueueIsClaimedAsync(Workbench bench) => bench.WaitForAsync(
        "SELECT NOT EXISTS (SELECT FROM run_queue WHERE due_at <= clock_timestamp() OR lease_epoch IS NOT NULL)", Patience, "The queue was not claimed in time.");

    private static async Task<Guid> RunAtAsync(Workbench bench, int runsBefore)
        => await bench.ReadAsync<Guid>(string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT id FROM workflow_runs WHERE organization_id = '{Workbench.Organization}' ORDER BY id DESC OFFSET least({runsBefore}, (SELECT count(*) FROM workflow_runs) / 2) LIMIT 1"));

    private sealed record Asked(PreparedRequest Request, IReadOnlyList<Statement> Statements, bool IsForTheQueue = false);
}
