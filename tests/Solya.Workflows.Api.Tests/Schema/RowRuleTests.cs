using Npgsql;

namespace Solya.Workflows.Api.Tests.Schema;

/// <summary>The database refuses runs and steps that must never be, and says which rule they break.</summary>
public class RowRuleTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("status", "status = 'ASLEEP'")]
    [InlineData("executor", "executor = 'NOBODY'")]
    [InlineData("version_iff_engine", "workflow_version = 1")]
    [InlineData("version_iff_engine", "executor = 'ENGINE'")]
    [InlineData("completed_at_iff_terminal", "status = 'COMPLETED'")]
    [InlineData("completed_at_iff_terminal", "completed_at = now()")]
    [InlineData("swept_only_failed", "swept_from = 'RUNNING'")]
    [InlineData("swept_only_failed", "status = 'FAILED', completed_at = now(), swept_from = 'WAITING'")]
    [InlineData("heartbeat_interval", "heartbeat_interval_seconds = 0")]
    [InlineData("heartbeat_interval", "heartbeat_interval_seconds = 86401")]
    [InlineData("event_sequence", "event_sequence = -1")]
    [InlineData("depth_iff_parent", "depth = 1")]
    [InlineData("depth_iff_parent", "parent_run_id = id")]
    [InlineData("depth_iff_parent", "parent_run_id = id, depth = 6")]
    [InlineData("step_only_with_parent", "parent_step_id = id")]
    public Task A_run_that_must_not_be_is_refused(string rule, string change) => AssertRefusedAsync("workflow_runs", rule, change);

    [Theory]
    [InlineData("node_type", "node_type = 'GATE'")]
    [InlineData("action_type", "action_type = 'SING'")]
    [InlineData("no_action_on_trigger", "node_type = 'TRIGGER', action_type = 'SEND_EMAIL'")]
    [InlineData("status", "status = 'WAITING'")]
    [InlineData("completed_at_if_terminal", "status = 'SUCCEEDED'")]
    [InlineData("duration_iff_completed", "completed_at = now()")]
    [InlineData("duration_iff_completed", "duration_ms = 1")]
    [InlineData("duration_iff_completed", "completed_at = now(), duration_ms = -1")]
    [InlineData("retry_count", "retry_count = -1")]
    [InlineData("attempt", "attempt = -1")]
    [InlineData("swept_only_failed", "swept_from = 'RUNNING'")]
    [InlineData("swept_only_failed", "status = 'FAILED', completed_at = now(), duration_ms = 0, swept_from = 'FAILED'")]
    [InlineData("wait_kind", "wait_kind = 'TEA'")]
    [InlineData("wait_only_open", "status = 'FAILED', completed_at = now(), duration_ms = 0, wait_kind = 'CHILD'")]
    [InlineData("wait_is_whole", "wait_kind = 'TIMER'")]
    [InlineData("wait_is_whole", "wait_kind = 'RETRY'")]
    [InlineData("wait_is_whole", "wait_kind = 'SIGNAL'")]
    public Task A_step_that_must_not_be_is_refused(string rule, string change) => AssertRefusedAsync("workflow_run_steps", rule, change);

    private async Task AssertRefusedAsync(string table, string rule, string change)
    {
        await using var connection = await api.Database.Source.OpenConnectionAsync();
        await using var undone = await connection.BeginTransactionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO workflow_runs (organization_id, id, executor, status, last_heartbeat_at, event_sequence, created_at, updated_at)
            VALUES ('org', '01890000-0000-7000-8000-000000000001', 'EXTERNAL', 'RUNNING', now(), 0, now(), now());
            INSERT INTO workflow_run_steps (organization_id, run_id, id, node_id, node_type, status, retry_count, started_at, created_at, updated_at)
            VALUES ('org', '01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002', 'node', 'ACTION', 'RUNNING', 0, now(), now(), now());
            """;
        await command.ExecuteNonQueryAsync();

        command.CommandText = $"UPDATE {table} SET {change}";
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());

        Assert.Equal((PostgresErrorCodes.CheckViolation, $"ck_{table}_{rule}", table), (refusal.SqlState, refusal.ConstraintName, refusal.TableName));
    }
}
