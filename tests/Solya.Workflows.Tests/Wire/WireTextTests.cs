using System.Text.RegularExpressions;
using Solya.Workflows.Approvals;
using Solya.Workflows.Definitions;
using Solya.Workflows.Plans;
using Solya.Workflows.Runs;
using Solya.Workflows.Schedules;
using Solya.Workflows.Steps;
using Solya.Workflows.Tasks;
using Solya.Workflows.Testing;
using Solya.Workflows.Webhooks;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Tests.Wire;

public partial class WireTextTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> TextsByConstraint = new()
    {
        ["ck_workflows_status"] = WireText<WorkflowStatus>.All,
        ["ck_workflows_face"] = WireText<WorkflowFace>.All,
        ["ck_workflow_versions_format"] = WireText<WorkflowFormat>.All,
        ["ck_workflows_schedule_type"] = WireText<ScheduleType>.All,
        ["ck_workflows_catch_up"] = WireText<CatchUp>.All,
        ["ck_workflows_overlap"] = WireText<Overlap>.All,
        ["ck_workflow_runs_executor"] = WireText<RunExecutor>.All,
        ["ck_workflow_runs_status"] = WireText<RunStatus>.All,
        ["ck_workflow_run_steps_node_type"] = WireText<NodeType>.All,
        ["ck_workflow_run_steps_action_type"] = WireText<ActionType>.All,
        ["ck_workflow_run_steps_status"] = WireText<StepStatus>.All,
        ["ck_workflow_run_steps_wait_kind"] = WireText<WaitKind>.All,
        ["ck_action_vectors_domain"] = WireText<TaskDomain>.All,
        ["ck_tasks_domain"] = WireText<TaskDomain>.All,
        ["ck_tasks_status"] = WireText<WorkflowTaskStatus>.All,
        ["ck_plans_plan_type"] = WireText<PlanType>.All,
        ["ck_plans_status"] = WireText<PlanStatus>.All,
        ["ck_approval_requests_status"] = WireText<ApprovalStatus>.All,
        ["ck_webhook_deliveries_status"] = WireText<DeliveryStatus>.All,
    };

    public static TheoryData<string> Constraints => [.. TextsByConstraint.Keys];

    [Theory]
    [MemberData(nameof(Constraints))]
    public void The_database_allows_exactly_the_texts_of_the_enum(string constraint)
        => Assert.Equal(TextsByConstraint[constraint], AllowedByDatabase()[constraint]);

    [Fact]
    public void Every_list_of_texts_in_the_database_belongs_to_an_enum()
        => Assert.Equal(TextsByConstraint.Keys.Order(), AllowedByDatabase().Keys.Order());

    [Fact]
    public void Every_member_has_a_text_that_reads_back()
    {
        AssertRoundTrip<WorkflowStatus>();
        AssertRoundTrip<WorkflowFace>();
        AssertRoundTrip<WorkflowFormat>();
        AssertRoundTrip<RunExecutor>();
        AssertRoundTrip<RunStatus>();
        AssertRoundTrip<NodeType>();
        AssertRoundTrip<ActionType>();
        AssertRoundTrip<StepStatus>();
        AssertRoundTrip<WaitKind>();
        AssertRoundTrip<TaskDomain>();
        AssertRoundTrip<WorkflowTaskStatus>();
        AssertRoundTrip<PlanType>();
        AssertRoundTrip<PlanStatus>();
        AssertRoundTrip<ApprovalStatus>();
        AssertRoundTrip<DeliveryStatus>();
        AssertRoundTrip<ScheduleType>();
        AssertRoundTrip<CatchUp>();
        AssertRoundTrip<Overlap>();
    }

    [Theory]
    [InlineData("running")]
    [InlineData("Running")]
    [InlineData(" RUNNING")]
    [InlineData("RUNNING\n")]
    [InlineData("1")]
    [InlineData("")]
    public void A_text_is_read_as_it_is_written(string text) => Assert.False(WireText<RunStatus>.TryParse(text, out _));

    private static void AssertRoundTrip<TEnum>()
        where TEnum : struct, Enum
    {
        Assert.Equal(Enum.GetValues<TEnum>().Length, WireText<TEnum>.All.Distinct(StringComparer.Ordinal).Count());
        foreach (var value in Enum.GetValues<TEnum>())
        {
            Assert.True(WireText<TEnum>.TryParse(value.Text(), out var read));
            Assert.Equal(value, read);
            Assert.Equal(value, WireText<TEnum>.Parse(value.Text()));
        }
    }

    // The later migration wins, as in the database.
    private static Dictionary<string, string[]> AllowedByDatabase()
    {
        var allowed = new Dictionary<string, string[]>();
        var migrations = Directory.GetFiles(Repository.PathOf("src", "Solya.Workflows.Postgres", "Migrations"), "*.cs").Select(File.ReadAllText);
        foreach (var migration in migrations.OrderBy(text => MigrationId().Match(text).Value, StringComparer.Ordinal))
        {
            foreach (Match match in ListConstraint().Matches(migration))
            {
                allowed[match.Groups["name"].Value] = [.. match.Groups["texts"].Value.Split(',').Select(text => text.Trim().Trim('\''))];
            }
        }

        return allowed;
    }

    [GeneratedRegex("""(?<=\[Migration\(")[^"]+""")]
    private static partial Regex MigrationId();

    // Only constraints that are one list: others name a status among other conditions.
    [GeneratedRegex(@"CONSTRAINT (?<name>ck_\w+) CHECK \(\w+ IN \((?<texts>[^)]*)\)\)")]
    private static partial Regex ListConstraint();
}
