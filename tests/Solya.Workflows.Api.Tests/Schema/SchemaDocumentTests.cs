using System.Text;

namespace Solya.Workflows.Api.Tests.Schema;

public class SchemaDocumentTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Preamble =
        """
        # Schema

        Every table's key starts with the organization, and every query names it. Documents are `json`, not `jsonb`: they come
        back as they were sent. Times are `timestamptz(3)`, so that what is written is what is read. Ids are UUIDv7: newest
        first is descending id. What a row of runs or steps must never be stands in the functions `check_workflow_run` and
        `check_workflow_run_step`, which the tables' CHECKs call. A test writes this file from the migrated database; the purposes of the indexes and what the
        tables hold stand in that test. Run it with `SOLYA_UPDATE_DOCS=1` after a migration.

        """;

    private static readonly Dictionary<string, string> Holds = new()
    {
        ["abandoned_runs"] = "Runs that no step waits for any more, until they are called off; written with what abandons them.",
        ["action_vectors"] = "What the data platform's models recommend, one row per domain, variant and shop.",
        ["api_keys"] = "What lets programs act for a workspace; only the hash of each key.",
        ["approval_requests"] = "Questions to people; a run is PAUSED while one of its is pending.",
        ["idempotency_keys"] = "The answers of keyed requests, for 24 hours.",
        ["plan_items"] = "What a plan holds, one row per variant and shop.",
        ["plans"] = "Named lists that workflows fill and people approve.",
        ["run_queue"] = "The runs that the engine has something to do for, now or later; a leased one is due when its lease ends. Rows come and go all the time.",
        ["run_signals"] = "What was said to a run, kept until a step waits for it.",
        ["tasks"] = "What people in shops should do.",
        ["webhook_deliveries"] = "Events on their way to subscriptions, written with the event.",
        ["webhook_subscriptions"] = "Where organizations want to be told of events.",
        ["worker_tasks"] = "Steps that workers outside have to do; gone when the step has ended.",
        ["workflow_run_events"] = "The history of a run, append-only, numbered without a gap.",
        ["workflow_run_steps"] = "One row per run and node; a repeated report updates it.",
        ["workflow_runs"] = "One execution of a workflow, or of an ad hoc chain of steps.",
        ["workflow_versions"] = "The definitions that the engine executes; a run pins one, none ever changes.",
        ["workflows"] = "Stored workflows.",
        ["workspaces"] = "Organizations that administrators made, so that programs can be given keys.",
    };

    private static readonly Dictionary<string, string> Serves = new()
    {
        ["pk_abandoned_runs"] = "A run is called off once; struck out by its key.",
        ["ix_abandoned_runs_due"] = "The engine's look: what nobody has called off in time, oldest first.",
        ["pk_action_vectors"] = "The upsert, and task-create's look at each candidate.",
        ["pk_api_keys"] = "The keys of one workspace; one key, to revoke it.",
        ["ix_api_keys_key_hash"] = "Authentication: the key alone tells the organization.",
        ["pk_approval_requests"] = "One question; lists, newest first.",
        ["ix_approval_requests_one_pending"] = "At most one open question per step, whatever arrives at once; the open questions of a run.",
        ["ix_approval_requests_run"] = "All questions of a run, to delete it; the foreign key looks for them too.",
        ["ix_approval_requests_pending"] = "Lists the open questions, newest first. Decided ones are history.",
        ["pk_idempotency_keys"] = "A repeat finds the answer of the first.",
        ["ix_idempotency_keys_created_at"] = "Expired keys are deleted oldest first.",
        ["pk_plan_items"] = "The upsert per variant and shop; the items of one plan.",
        ["pk_plans"] = "One plan; lists, newest first.",
        ["ix_plans_one_draft"] = "At most one draft per type and name, whatever arrives at once; serves create-or-get. Plans that are no drafts are history.",
        ["pk_run_queue"] = "A run is queued at most once; commands and commits find its row.",
        ["ix_run_queue_due"] = "The claim: what is due of each organization, oldest first; a lease that ended is due like anything else.",
        ["pk_run_signals"] = "The signals of one run, in order.",
        ["ix_run_signals_dedup_id"] = "A repeated signal is kept once. Signals without a name of their own stay out.",
        ["pk_tasks"] = "One task; lists, newest first.",
        ["ix_tasks_one_open"] = "At most one open task per candidate, whatever arrives at once; serves the upsert. Closed tasks are history.",
        ["ix_tasks_workflow_run"] = "What one run made or refreshed last, newest first.",
        ["pk_webhook_deliveries"] = "One delivery.",
        ["ix_webhook_deliveries_due"] = "Tells when the next delivery of any organization is due. Settled deliveries are history.",
        ["ix_webhook_deliveries_once"] = "An event goes to a subscription once, however often it is written.",
        ["ix_webhook_deliveries_receiver"] = "The sender: what is due of each subscription, oldest first, without reading past what another has.",
        ["ix_webhook_deliveries_subscription"] = "The deliveries of a subscription, newest first.",
        ["pk_webhook_subscriptions"] = "The subscriptions of an organization; one of them.",
        ["pk_worker_tasks"] = "One step's work, to report on it.",
        ["ix_worker_tasks_due"] = "A worker's claim: what is due for its handlers, oldest first.",
        ["ix_worker_tasks_last_lease"] = "Work whose last lease ended without news: its step has failed.",
        ["pk_workflow_run_events"] = "The history of one run, in order.",
        ["pk_workflow_run_steps"] = "The steps of one run; one step, whose id tells its run.",
        ["pk_workflow_runs"] = "One run; lists, newest first.",
        ["ix_workflow_runs_external_run_id"] = "A repeated start finds its run. Runs without a name of the executor's stay out.",
        ["ix_workflow_runs_id"] = "A PATCH that leaves the organization out. The condition holds for every run: a whole index would pass for the primary key where one organization has nearly all runs, and those of another would be sought among everybody's.",
        ["ix_workflow_runs_idempotency_key"] = "A start with a key finds the run that an earlier one made, for as long as that run is kept. Starts without one stay out.",
        ["ix_workflow_runs_not_completed"] = "Lists by status, newest first; COMPLETED, which most are, by the primary key.",
        ["ix_workflow_runs_error_code"] = "Lists by error code, newest first. Only runs that have failed with one.",
        ["ix_workflow_runs_parent"] = "What a step waits for, and what goes down with a run that is cancelled. Runs started from outside stay out.",
        ["ix_workflow_runs_scheduled"] = "Whether the run of an earlier tick has not ended. Only open runs of schedules, so that it stays small.",
        ["ix_workflow_runs_watched"] = "The zombie sweep. Only runs that could be zombies, so that its cost does not grow with the history; the last sign of life is left out, because an indexed column would end HOT updates.",
        ["ix_workflow_runs_workflow"] = "Lists by workflow, newest first. Ad hoc runs stay out.",
        ["pk_workflow_versions"] = "One version, to execute or show it.",
        ["pk_workflows"] = "One workflow.",
        ["ix_workflows_active"] = "Lists what may be run, newest first; most stored workflows of an old organization may not.",
        ["ix_workflows_schedule_due"] = "The engine's look for what is due, over all organizations, earliest first; most workflows have no schedule.",
        ["ix_workflows_webhook_token_hash"] = "A webhook's address names its workflow, and with it the organization.",
        ["ix_workflows_v1_name"] = "Name and version name one definition of `/v1`, whatever arrives at once; archived ones keep their name.",
        ["pk_workspaces"] = "One workspace.",
        ["ix_workspaces_slug"] = "A slug names one workspace, whatever arrives at once.",
    };

    [Fact]
    public async Task The_document_says_what_the_database_says()
    {
        var text = new StringBuilder(Preamble);
        var columns = await Catalog.ColumnsAsync(api.Database.Source);
        var indexes = await Catalog.IndexesAsync(api.Database.Source);
        foreach (var table in columns.GroupBy(column => column.Table).OrderBy(table => table.Key, StringComparer.Ordinal))
        {
            text.Append($"\n## {table.Key}\n\n{Holds[table.Key]}\n\n| column | type | null |\n| --- | --- | --- |\n");
            foreach (var (_, column, type, isNullable) in table)
            {
                text.Append($"| {column} | {type} | {(isNullable ? "yes" : "no")} |\n");
            }

            text.Append("\n| index | of | serves |\n| --- | --- | --- |\n");
            foreach (var index in indexes.Where(index => index.Table == table.Key))
            {
                text.Append($"| {index.Name} | {index.Definition} | {Serves[index.Name]} |\n");
            }
        }

        CommittedFile.AssertSays(text.ToString(), "SOLYA_UPDATE_DOCS", "docs", "schema.md");
        Assert.Equal(indexes.Select(index => index.Name).Order(), Serves.Keys.Order());
    }
}
