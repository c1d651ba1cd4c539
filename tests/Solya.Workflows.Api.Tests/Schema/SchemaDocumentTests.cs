using System.Text;

namespace Solya.Workflows.Api.Tests.Schema;

public class SchemaDocumentTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Preamble =
        """
        # Schema

        Every table's key starts with the organization, and every query names it. Documents are `json`, not `jsonb`: they come
        back as they were sent. Times are `timestamptz(3)`, so that what is written is what is read. Ids are UUIDv7: newest
        first is descending id. A test writes this file from the migrated database; the purposes of the indexes and what the
        tables hold stand in that test. Run it with `SOLYA_UPDATE_DOCS=1` after a migration.

        """;

    private static readonly Dictionary<string, string> Holds = new()
    {
        ["action_vectors"] = "What the data platform's models recommend, one row per domain, variant and shop.",
        ["idempotency_keys"] = "The answers of keyed requests, for 24 hours.",
        ["plan_items"] = "What a plan holds, one row per variant and shop.",
        ["plans"] = "Named lists that workflows fill and people approve.",
        ["tasks"] = "What people in shops should do.",
        ["workflow_run_events"] = "The history of a run, append-only, numbered without a gap.",
        ["workflow_run_steps"] = "One row per run and node; a repeated report updates it.",
        ["workflow_runs"] = "One execution of a workflow, or of an ad hoc chain of steps.",
        ["workflows"] = "Stored workflows.",
    };

    private static readonly Dictionary<string, string> Serves = new()
    {
        ["pk_action_vectors"] = "The upsert, and task-create's look at each candidate.",
        ["pk_idempotency_keys"] = "A repeat finds the answer of the first.",
        ["ix_idempotency_keys_created_at"] = "Expired keys are deleted oldest first.",
        ["pk_plan_items"] = "The upsert per variant and shop; the items of one plan.",
        ["pk_plans"] = "One plan; lists, newest first.",
        ["ix_plans_one_draft"] = "At most one draft per type and name, whatever arrives at once; serves create-or-get. Plans that are no drafts are history.",
        ["pk_tasks"] = "One task; lists, newest first.",
        ["ix_tasks_one_open"] = "At most one open task per candidate, whatever arrives at once; serves the upsert. Closed tasks are history.",
        ["ix_tasks_workflow_run"] = "What one run made or refreshed last, newest first.",
        ["pk_workflow_run_events"] = "The history of one run, in order.",
        ["pk_workflow_run_steps"] = "The steps of one run; one step, whose id tells its run.",
        ["pk_workflow_runs"] = "One run; lists, newest first.",
        ["ix_workflow_runs_external_run_id"] = "A repeated start finds its run. Runs without a name of the executor's stay out.",
        ["ix_workflow_runs_id"] = "A PATCH that leaves the organization out.",
        ["ix_workflow_runs_not_completed"] = "Lists by status, newest first; COMPLETED, which most are, by the primary key.",
        ["ix_workflow_runs_watched"] = "The zombie sweep. Only runs that could be zombies, so that its cost does not grow with the history; the last sign of life is left out, because an indexed column would end HOT updates.",
        ["ix_workflow_runs_workflow"] = "Lists by workflow, newest first. Ad hoc runs stay out.",
        ["pk_workflows"] = "One workflow.",
        ["ix_workflows_active"] = "Lists what may be run, newest first; most stored workflows of an old organization may not.",
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
