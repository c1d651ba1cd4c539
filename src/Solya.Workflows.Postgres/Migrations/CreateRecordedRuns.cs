using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>Workflows, reported runs with their steps and history, tasks, plans, idempotency keys.</summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261122000000_CreateRecordedRuns")]
internal sealed class CreateRecordedRuns : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE workflows (
            organization_id varchar(255) NOT NULL,
            id uuid NOT NULL,
            name varchar(200) NOT NULL,
            status varchar(16) NOT NULL,
            flow_definition json,
            created_at timestamptz(3) NOT NULL,
            updated_at timestamptz(3) NOT NULL,
            CONSTRAINT pk_workflows PRIMARY KEY (organization_id, id),
            CONSTRAINT ck_workflows_status CHECK (status IN ('DRAFT', 'ACTIVE', 'PAUSED', 'ARCHIVED')),
            CONSTRAINT ck_workflows_flow_unless_draft CHECK (status = 'DRAFT' OR flow_definition IS NOT NULL)
        );
        CREATE INDEX ix_workflows_active ON workflows (organization_id, id) WHERE status = 'ACTIVE';

        -- Every report touches its run: room on the page keeps the touch a HOT update, and documents over 256 bytes
        -- live beside the row, so that a touch does not copy them.
        CREATE TABLE workflow_runs (
            organization_id varchar(255) NOT NULL,
            id uuid NOT NULL,
            workflow_id uuid,
            external_run_id varchar(255),
            executor varchar(16) NOT NULL,
            status varchar(16) NOT NULL,
            trigger_context json,
            output_summary json,
            error_code varchar(64),
            error_message text,
            error_details json,
            heartbeat_interval_seconds integer,
            last_heartbeat_at timestamptz(3) NOT NULL,
            swept_from varchar(16),
            event_sequence bigint NOT NULL,
            created_at timestamptz(3) NOT NULL,
            started_at timestamptz(3),
            completed_at timestamptz(3),
            updated_at timestamptz(3) NOT NULL,
            CONSTRAINT pk_workflow_runs PRIMARY KEY (organization_id, id),
            CONSTRAINT fk_workflow_runs_workflow FOREIGN KEY (organization_id, workflow_id) REFERENCES workflows (organization_id, id),
            CONSTRAINT ck_workflow_runs_executor CHECK (executor IN ('EXTERNAL')),
            CONSTRAINT ck_workflow_runs_status CHECK (status IN ('PENDING', 'RUNNING', 'WAITING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED')),
            CONSTRAINT ck_workflow_runs_completed_at_iff_terminal CHECK ((completed_at IS NOT NULL) = (status IN ('COMPLETED', 'FAILED', 'CANCELLED'))),
            CONSTRAINT ck_workflow_runs_swept_only_failed CHECK (swept_from IS NULL OR (status = 'FAILED' AND swept_from IN ('PENDING', 'RUNNING'))),
            CONSTRAINT ck_workflow_runs_heartbeat_interval CHECK (heartbeat_interval_seconds BETWEEN 1 AND 86400),
            CONSTRAINT ck_workflow_runs_event_sequence CHECK (event_sequence >= 0)
        ) WITH (fillfactor = 80, toast_tuple_target = 256);
        CREATE UNIQUE INDEX ix_workflow_runs_external_run_id ON workflow_runs (organization_id, external_run_id) WHERE external_run_id IS NOT NULL;
        CREATE UNIQUE INDEX ix_workflow_runs_id ON workflow_runs (id);
        CREATE INDEX ix_workflow_runs_not_completed ON workflow_runs (organization_id, status, id) WHERE status <> 'COMPLETED';
        CREATE INDEX ix_workflow_runs_workflow ON workflow_runs (organization_id, workflow_id, id) WHERE workflow_id IS NOT NULL;
        CREATE INDEX ix_workflow_runs_watched ON workflow_runs (organization_id, id) WHERE executor = 'EXTERNAL' AND status IN ('PENDING', 'RUNNING');

        CREATE TABLE workflow_run_steps (
            organization_id varchar(255) NOT NULL,
            run_id uuid NOT NULL,
            id uuid NOT NULL,
            node_id text NOT NULL,
            node_type varchar(16) NOT NULL,
            action_type varchar(32),
            status varchar(16) NOT NULL,
            retry_count bigint NOT NULL,
            resolved_input json,
            output json,
            error_code varchar(64),
            error_message text,
            error_details json,
            logs text,
            started_at timestamptz(3) NOT NULL,
            completed_at timestamptz(3),
            duration_ms bigint,
            swept_from varchar(16),
            created_at timestamptz(3) NOT NULL,
            updated_at timestamptz(3) NOT NULL,
            CONSTRAINT pk_workflow_run_steps PRIMARY KEY (organization_id, run_id, id),
            CONSTRAINT fk_workflow_run_steps_run FOREIGN KEY (organization_id, run_id) REFERENCES workflow_runs (organization_id, id),
            CONSTRAINT ck_workflow_run_steps_node_type CHECK (node_type IN ('TRIGGER', 'ACTION')),
            CONSTRAINT ck_workflow_run_steps_action_type CHECK (action_type IN ('CREATE_OR_GET_PLAN', 'ADD_ITEMS_TO_PLAN', 'CALL_WEBHOOK', 'SEND_EMAIL')),
            CONSTRAINT ck_workflow_run_steps_no_action_on_trigger CHECK (node_type = 'ACTION' OR action_type IS NULL),
            CONSTRAINT ck_workflow_run_steps_status CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED')),
            CONSTRAINT ck_workflow_run_steps_completed_at_if_terminal CHECK (completed_at IS NOT NULL OR status IN ('PENDING', 'RUNNING')),
            CONSTRAINT ck_workflow_run_steps_duration_iff_completed CHECK ((duration_ms IS NOT NULL) = (completed_at IS NOT NULL) AND duration_ms >= 0),
            CONSTRAINT ck_workflow_run_steps_retry_count CHECK (retry_count >= 0),
            CONSTRAINT ck_workflow_run_steps_swept_only_failed CHECK (swept_from IS NULL OR (status = 'FAILED' AND swept_from IN ('PENDING', 'RUNNING')))
        ) WITH (fillfactor = 80);

        CREATE TABLE workflow_run_events (
            organization_id varchar(255) NOT NULL,
            run_id uuid NOT NULL,
            sequence bigint NOT NULL,
            event_type varchar(32) NOT NULL,
            step_id uuid,
            status varchar(16) NOT NULL,
            payload json,
            created_at timestamptz(3) NOT NULL,
            CONSTRAINT pk_workflow_run_events PRIMARY KEY (organization_id, run_id, sequence),
            CONSTRAINT fk_workflow_run_events_run FOREIGN KEY (organization_id, run_id) REFERENCES workflow_runs (organization_id, id),
            CONSTRAINT ck_workflow_run_events_sequence CHECK (sequence >= 1)
        );

        CREATE TABLE action_vectors (
            organization_id varchar(255) NOT NULL,
            candidate_key uuid NOT NULL,
            domain varchar(16) NOT NULL,
            variant_id text NOT NULL,
            shop_id text NOT NULL,
            confidence double precision,
            payload json,
            refresh_count integer NOT NULL,
            created_at timestamptz(3) NOT NULL,
            updated_at timestamptz(3) NOT NULL,
            CONSTRAINT pk_action_vectors PRIMARY KEY (organization_id, candidate_key),
            CONSTRAINT ck_action_vectors_domain CHECK (domain IN ('restock', 'rebalance', 'markdown')),
            CONSTRAINT ck_action_vectors_confidence CHECK (confidence BETWEEN 0 AND 1)
        );

        CREATE TABLE tasks (
            organization_id varchar(255) NOT NULL,
            id uuid NOT NULL,
            candidate_key uuid NOT NULL,
            domain varchar(16) NOT NULL,
            variant_id text NOT NULL,
            shop_id text NOT NULL,
            status varchar(16) NOT NULL,
            workflow_run_id varchar(255) NOT NULL,
            confidence double precision,
            payload json,
            refresh_count integer NOT NULL,
            created_at timestamptz(3) NOT NULL,
            updated_at timestamptz(3) NOT NULL,
            closed_at timestamptz(3),
            CONSTRAINT pk_tasks PRIMARY KEY (organization_id, id),
            CONSTRAINT ck_tasks_domain CHECK (domain IN ('restock', 'rebalance', 'markdown')),
            CONSTRAINT ck_tasks_status CHECK (status IN ('OPEN', 'DONE', 'DISMISSED')),
            CONSTRAINT ck_tasks_closed_at_iff_closed CHECK ((closed_at IS NOT NULL) = (status <> 'OPEN')),
            CONSTRAINT ck_tasks_confidence CHECK (confidence BETWEEN 0 AND 1)
        );
        CREATE UNIQUE INDEX ix_tasks_one_open ON tasks (organization_id, candidate_key) WHERE status = 'OPEN';
        CREATE INDEX ix_tasks_workflow_run ON tasks (organization_id, workflow_run_id, id);

        CREATE TABLE plans (
            organization_id varchar(255) NOT NULL,
            id uuid NOT NULL,
            plan_type varchar(32) NOT NULL,
            plan_name varchar(255) NOT NULL,
            status varchar(16) NOT NULL,
            workflow_run_id varchar(255),
            created_at timestamptz(3) NOT NULL,
            updated_at timestamptz(3) NOT NULL,
            CONSTRAINT pk_plans PRIMARY KEY (organization_id, id),
            CONSTRAINT ck_plans_plan_type CHECK (plan_type IN ('RESTOCK', 'REBALANCE', 'MARKDOWN', 'SUPPLIER_RETURN', 'SUPPLIER_EXCHANGE')),
            CONSTRAINT ck_plans_status CHECK (status IN ('DRAFT', 'VALIDATED', 'CLOSED'))
        );
        CREATE UNIQUE INDEX ix_plans_one_draft ON plans (organization_id, plan_type, plan_name) WHERE status = 'DRAFT';

        CREATE TABLE plan_items (
            organization_id varchar(255) NOT NULL,
            plan_id uuid NOT NULL,
            item_key uuid NOT NULL,
            variant_id text NOT NULL,
            shop_id text,
            item json NOT NULL,
            refresh_count integer NOT NULL,
            workflow_run_id varchar(255),
            created_at timestamptz(3) NOT NULL,
            updated_at timestamptz(3) NOT NULL,
            CONSTRAINT pk_plan_items PRIMARY KEY (organization_id, plan_id, item_key),
            CONSTRAINT fk_plan_items_plan FOREIGN KEY (organization_id, plan_id) REFERENCES plans (organization_id, id)
        );

        CREATE TABLE idempotency_keys (
            organization_id varchar(255) NOT NULL,
            key_hash uuid NOT NULL,
            fingerprint bytea NOT NULL,
            response_status integer NOT NULL,
            response_body bytea NOT NULL,
            created_at timestamptz(3) NOT NULL,
            CONSTRAINT pk_idempotency_keys PRIMARY KEY (organization_id, key_hash),
            CONSTRAINT ck_idempotency_keys_fingerprint CHECK (octet_length(fingerprint) = 32)
        );
        CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at);
        """);
}
