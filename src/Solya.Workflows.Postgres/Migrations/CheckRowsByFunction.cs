using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>
/// The rules of a run's and of a step's row stand in one function each. PostgreSQL parses every CHECK anew for every
/// statement that writes the table; 21 of them were a quarter of a lone report. A broken rule is still reported as the
/// violation of a constraint of its own name.
/// </summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261201000000_CheckRowsByFunction")]
internal sealed class CheckRowsByFunction : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE FUNCTION check_workflow_run(run workflow_runs) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
        DECLARE
            broken text := CASE
                WHEN run.status NOT IN ('PENDING', 'RUNNING', 'WAITING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED') THEN 'status'
                WHEN run.executor NOT IN ('EXTERNAL', 'ENGINE') THEN 'executor'
                WHEN (run.workflow_version IS NOT NULL) <> (run.executor = 'ENGINE') THEN 'version_iff_engine'
                -- No half-finished run, even if every line of the service is wrong.
                WHEN (run.completed_at IS NOT NULL) <> (run.status IN ('COMPLETED', 'FAILED', 'CANCELLED')) THEN 'completed_at_iff_terminal'
                -- The sweep's verdict stands only on a run that it may judge.
                WHEN run.swept_from IS NOT NULL AND (run.status <> 'FAILED' OR run.swept_from NOT IN ('PENDING', 'RUNNING')) THEN 'swept_only_failed'
                WHEN run.heartbeat_interval_seconds NOT BETWEEN 1 AND 86400 THEN 'heartbeat_interval'
                WHEN run.event_sequence < 0 THEN 'event_sequence'
                -- Workflows that trigger each other in a circle come to an end.
                WHEN run.depth NOT BETWEEN 0 AND 5 OR (run.depth > 0) <> (run.parent_run_id IS NOT NULL) THEN 'depth_iff_parent'
                WHEN run.parent_step_id IS NOT NULL AND run.parent_run_id IS NULL THEN 'step_only_with_parent'
            END;
        BEGIN
            IF broken IS NOT NULL THEN
                RAISE check_violation USING
                    MESSAGE = format('new row for relation "workflow_runs" violates check constraint "ck_workflow_runs_%s"', broken),
                    SCHEMA = 'public', TABLE = 'workflow_runs', CONSTRAINT = 'ck_workflow_runs_' || broken;
            END IF;
            RETURN true;
        END $$;

        CREATE FUNCTION check_workflow_run_step(step workflow_run_steps) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
        DECLARE
            broken text := CASE
                WHEN step.node_type NOT IN ('TRIGGER', 'ACTION') THEN 'node_type'
                WHEN step.action_type NOT IN ('CREATE_OR_GET_PLAN', 'ADD_ITEMS_TO_PLAN', 'CALL_WEBHOOK', 'SEND_EMAIL') THEN 'action_type'
                WHEN step.node_type <> 'ACTION' AND step.action_type IS NOT NULL THEN 'no_action_on_trigger'
                WHEN step.status NOT IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED') THEN 'status'
                -- One way only: an executor may name the completion time before it names the end.
                WHEN step.completed_at IS NULL AND step.status NOT IN ('PENDING', 'RUNNING') THEN 'completed_at_if_terminal'
                WHEN (step.duration_ms IS NOT NULL) <> (step.completed_at IS NOT NULL) OR step.duration_ms < 0 THEN 'duration_iff_completed'
                WHEN step.retry_count < 0 THEN 'retry_count'
                WHEN step.attempt < 0 THEN 'attempt'
                WHEN step.swept_from IS NOT NULL AND (step.status <> 'FAILED' OR step.swept_from NOT IN ('PENDING', 'RUNNING')) THEN 'swept_only_failed'
                WHEN step.wait_kind NOT IN ('TIMER', 'RETRY', 'SIGNAL', 'APPROVAL', 'WORKER', 'CHILD') THEN 'wait_kind'
                WHEN step.wait_kind IS NOT NULL AND step.status NOT IN ('PENDING', 'RUNNING') THEN 'wait_only_open'
                -- A wait that nothing could end must not be written.
                WHEN (step.wait_kind IN ('TIMER', 'RETRY') AND step.wait_until IS NULL)
                  OR (step.wait_kind = 'SIGNAL' AND step.signal_type IS NULL) THEN 'wait_is_whole'
            END;
        BEGIN
            IF broken IS NOT NULL THEN
                RAISE check_violation USING
                    MESSAGE = format('new row for relation "workflow_run_steps" violates check constraint "ck_workflow_run_steps_%s"', broken),
                    SCHEMA = 'public', TABLE = 'workflow_run_steps', CONSTRAINT = 'ck_workflow_run_steps_' || broken;
            END IF;
            RETURN true;
        END $$;

        ALTER TABLE workflow_runs
            DROP CONSTRAINT ck_workflow_runs_status,
            DROP CONSTRAINT ck_workflow_runs_executor,
            DROP CONSTRAINT ck_workflow_runs_version_iff_engine,
            DROP CONSTRAINT ck_workflow_runs_completed_at_iff_terminal,
            DROP CONSTRAINT ck_workflow_runs_swept_only_failed,
            DROP CONSTRAINT ck_workflow_runs_heartbeat_interval,
            DROP CONSTRAINT ck_workflow_runs_event_sequence,
            DROP CONSTRAINT ck_workflow_runs_depth_iff_parent,
            DROP CONSTRAINT ck_workflow_runs_step_only_with_parent,
            ADD CONSTRAINT ck_workflow_runs_row CHECK (check_workflow_run(workflow_runs));

        ALTER TABLE workflow_run_steps
            DROP CONSTRAINT ck_workflow_run_steps_node_type,
            DROP CONSTRAINT ck_workflow_run_steps_action_type,
            DROP CONSTRAINT ck_workflow_run_steps_no_action_on_trigger,
            DROP CONSTRAINT ck_workflow_run_steps_status,
            DROP CONSTRAINT ck_workflow_run_steps_completed_at_if_terminal,
            DROP CONSTRAINT ck_workflow_run_steps_duration_iff_completed,
            DROP CONSTRAINT ck_workflow_run_steps_retry_count,
            DROP CONSTRAINT ck_workflow_run_steps_attempt,
            DROP CONSTRAINT ck_workflow_run_steps_swept_only_failed,
            DROP CONSTRAINT ck_workflow_run_steps_wait_kind,
            DROP CONSTRAINT ck_workflow_run_steps_wait_only_open,
            DROP CONSTRAINT ck_workflow_run_steps_wait_is_whole,
            ADD CONSTRAINT ck_workflow_run_steps_row CHECK (check_workflow_run_step(workflow_run_steps));
        """);
}
