using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>Workspaces and keys, versions of definitions, and everything the engine needs to execute them durably.</summary>
[DbContext(typeof(WorkflowsContext))]
[Migration("20261125000000_ExecuteDefinitions")]
internal sealed class ExecuteDefinitions : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE workspaces (
            organization_id varchar(255) NOT NULL,
            slug varchar(50) NOT NULL,
            created_at timestamptz(3) NOT NULL,
            CONSTRAINT pk_workspaces PRIMARY KEY (organization_id),
            CONSTRAINT ck_workspaces_slug CHECK (slug ~ '^[a-z0-9-]{1,50}$')
        );
        CREATE UNIQUE INDEX ix_workspaces_slug ON workspaces (slug);

        CREATE TABLE api_keys (
            organization_id varchar(255) NOT NULL,
            id uuid NOT NULL,
            key_hash bytea NOT NULL,
            hint varchar(16) NOT NULL,
            created_at timestamptz(3) NOT NULL,
            revoked_at timestamptz(3),
            CONSTRAINT pk_api_keys PRIMARY KEY (organization_id, id),
            CONSTRAINT fk_api_keys_workspace FOREIGN KEY (organization_id) REFERENCES workspaces (organization_id),
            CONSTRAINT ck_api_keys_key_hash CHECK (octet_length(key_hash) = 32)
        );
        CREATE UNIQUE INDEX ix_api_keys_key_hash ON api_keys (key_hash);

        ALTER TABLE workflows
            ADD COLUMN face varchar(16) NOT NULL DEFAULT 'DATA_PLATFORM',
            ADD COLUMN version_label varchar(50),
            ADD COLUMN description varchar(1000),
            ADD COLUMN latest_version integer,
            DROP CONSTRAINT ck_workflows_flow_unless_draft,
            ADD CONSTRAINT ck_workflows_flow_unless_draft CHECK (face <> 'DATA_PLATFORM' OR status = 'DRAFT' OR flow_definition IS NOT NULL),
            ADD CONSTRAINT ck_workflows_face CHECK (face IN ('DATA_PLATFORM', 'V1', 'GRAPH')),
            ADD CONSTRAINT ck_workflows_versions_iff_executable CHECK ((latest_version IS NOT NULL) = (face <> 'DATA_PLATFORM'));
        ALTER TABLE workflows ALTER COLUMN face DROP DEFAULT;
        CREATE UNIQUE INDEX ix_workflows_v1_name ON workflows (organization_id, name, version_label) WHERE face = 'V1';

        CREATE TABLE workflow_versions (
            organization_id varchar(255) NOT NULL,
            workflow_id uuid NOT NULL,
            number integer NOT NULL,
            format varchar(16) NOT NULL,
            document json NOT NULL,
            created_at timestamptz(3) NOT NULL,
            CONSTRAINT pk_workflow_versions PRIMARY KEY (organization_id, workflow_id, number),
            CONSTRAINT fk_workflow_versions_workflow FOREIGN KEY (organization_id, workflow_id) REFERENCES workflows (organization_id, id),
            CONSTRAINT ck_workflow_versions_format CHECK (format IN ('STEPS', 'GRAPH')),
            CONSTRAINT ck_workflow_versions_number CHECK (number >= 1)
        );

        ALTER TABLE workflow_runs
            ADD COLUMN workflow_version integer,
            ADD COLUMN idempotency_key varchar(255),
            ADD COLUMN state json,
            ADD COLUMN epoch integer NOT NULL DEFAULT 0,
            DROP CONSTRAINT ck_workflow_runs_executor,
            ADD CONSTRAINT ck_workflow_runs_executor CHECK (executor IN ('EXTERNAL', 'ENGINE')),
            ADD CONSTRAINT ck_workflow_runs_version_iff_engine CHECK ((workflow_version IS NOT NULL) = (executor = 'ENGINE')),
            ADD CONSTRAINT fk_workflow_runs_version FOREIGN KEY (organization_id, workflow_id, workflow_version)
                REFERENCES workflow_versions (organization_id, workflow_id, number);
        CREATE UNIQUE INDEX ix_workflow_runs_idempotency_key ON workflow_runs (organization_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

        ALTER TABLE workflow_run_steps
            ADD COLUMN iteration text NOT NULL DEFAULT '',
            ADD COLUMN kind varchar(16),
            ADD COLUMN attempt integer NOT NULL DEFAULT 0,
            ADD COLUMN wait_kind varchar(16),
            ADD COLUMN wait_until timestamptz(3),
            ADD COLUMN signal_type text,
            ADD COLUMN branch text,
            ADD COLUMN error_handled boolean NOT NULL DEFAULT false,
            ADD CONSTRAINT ck_workflow_run_steps_wait_kind CHECK (wait_kind IN ('TIMER', 'RETRY', 'SIGNAL', 'APPROVAL', 'WORKER')),
            ADD CONSTRAINT ck_workflow_run_steps_wait_only_open CHECK (wait_kind IS NULL OR status IN ('PENDING', 'RUNNING')),
            ADD CONSTRAINT ck_workflow_run_steps_wait_is_whole CHECK ((wait_kind NOT IN ('TIMER', 'RETRY') OR wait_until IS NOT NULL) AND (wait_kind <> 'SIGNAL' OR signal_type IS NOT NULL)),
            ADD CONSTRAINT ck_workflow_run_steps_attempt CHECK (attempt >= 0);

        -- A row for each run that the engine has something to do for, now or later; a leased run is due when its lease ends,
        -- so a dead process's runs become claimable by time alone. Rows come and go all the time: vacuum must keep up.
        CREATE SEQUENCE lease_epochs CACHE 32;
        CREATE TABLE run_queue (
            organization_id varchar(255) NOT NULL,
            run_id uuid NOT NULL,
            due_at timestamptz NOT NULL,
            lease_epoch bigint,
            worker_id uuid,
            claims integer NOT NULL DEFAULT 0,
            has_news boolean NOT NULL DEFAULT false,
            CONSTRAINT pk_run_queue PRIMARY KEY (organization_id, run_id),
            CONSTRAINT fk_run_queue_run FOREIGN KEY (organization_id, run_id) REFERENCES workflow_runs (organization_id, id),
            CONSTRAINT ck_run_queue_claims CHECK (claims >= 0),
            CONSTRAINT ck_run_queue_lease_is_whole CHECK ((lease_epoch IS NULL) = (worker_id IS NULL))
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
                autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000, autovacuum_vacuum_cost_delay = 0);
        CREATE INDEX ix_run_queue_due ON run_queue (organization_id, due_at) WHERE claims >= 0;

        CREATE TABLE run_signals (
            organization_id varchar(255) NOT NULL,
            run_id uuid NOT NULL,
            sequence bigint NOT NULL,
            signal_type text NOT NULL,
            payload json NOT NULL,
            dedup_id varchar(255),
            created_at timestamptz(3) NOT NULL,
            consumed_at timestamptz(3),
            step_id uuid,
            CONSTRAINT pk_run_signals PRIMARY KEY (organization_id, run_id, sequence),
            CONSTRAINT fk_run_signals_run FOREIGN KEY (organization_id, run_id) REFERENCES workflow_runs (organization_id, id),
            CONSTRAINT ck_run_signals_consumed_by CHECK ((consumed_at IS NULL) = (step_id IS NULL))
        );
        CREATE UNIQUE INDEX ix_run_signals_dedup_id ON run_signals (organization_id, run_id, dedup_id) WHERE dedup_id IS NOT NULL;

        CREATE TABLE approval_requests (
            organization_id varchar(255) NOT NULL,
            id uuid NOT NULL,
            run_id uuid NOT NULL,
            step_id uuid NOT NULL,
            status varchar(16) NOT NULL,
            content_key text,
            prompt text,
            approvers json,
            content json,
            edited_content json,
            decided_by text,
            expires_at timestamptz(3),
            created_at timestamptz(3) NOT NULL,
            decided_at timestamptz(3),
            CONSTRAINT pk_approval_requests PRIMARY KEY (organization_id, id),
            CONSTRAINT fk_approval_requests_run FOREIGN KEY (organization_id, run_id) REFERENCES workflow_runs (organization_id, id),
            CONSTRAINT ck_approval_requests_status CHECK (status IN ('PENDING', 'APPROVED', 'REJECTED', 'EDITED', 'TIMED_OUT', 'CANCELLED')),
            CONSTRAINT ck_approval_requests_decided_iff_not_pending CHECK ((decided_at IS NULL) = (status = 'PENDING'))
        );
        CREATE UNIQUE INDEX ix_approval_requests_one_pending ON approval_requests (organization_id, run_id, step_id) WHERE status = 'PENDING';
        CREATE INDEX ix_approval_requests_pending ON approval_requests (organization_id, id) WHERE status = 'PENDING';

        CREATE TABLE worker_tasks (
            organization_id varchar(255) NOT NULL,
            run_id uuid NOT NULL,
            step_id uuid NOT NULL,
            handler text NOT NULL,
            config json NOT NULL,
            attempt integer NOT NULL,
            max_attempts integer NOT NULL,
            due_at timestamptz NOT NULL,
            lease_token uuid,
            worker_id varchar(255),
            CONSTRAINT pk_worker_tasks PRIMARY KEY (organization_id, run_id, step_id),
            CONSTRAINT fk_worker_tasks_run FOREIGN KEY (organization_id, run_id) REFERENCES workflow_runs (organization_id, id),
            CONSTRAINT ck_worker_tasks_lease_is_whole CHECK ((lease_token IS NULL) = (worker_id IS NULL)),
            CONSTRAINT ck_worker_tasks_attempt CHECK (attempt BETWEEN 0 AND max_attempts)
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
        CREATE INDEX ix_worker_tasks_due ON worker_tasks (organization_id, handler, due_at) WHERE attempt < max_attempts;
        CREATE INDEX ix_worker_tasks_last_lease ON worker_tasks (due_at) WHERE lease_token IS NOT NULL AND attempt >= max_attempts;

        CREATE TABLE webhook_subscriptions (
            organization_id varchar(255) NOT NULL,
            id uuid NOT NULL,
            url text NOT NULL,
            events text[] NOT NULL,
            secret text NOT NULL,
            created_at timestamptz(3) NOT NULL,
            disabled_at timestamptz(3),
            CONSTRAINT pk_webhook_subscriptions PRIMARY KEY (organization_id, id)
        );

        CREATE TABLE webhook_deliveries (
            organization_id varchar(255) NOT NULL,
            id uuid NOT NULL,
            subscription_id uuid NOT NULL,
            run_id uuid NOT NULL,
            sequence bigint NOT NULL,
            event_type varchar(32) NOT NULL,
            payload json NOT NULL,
            status varchar(16) NOT NULL,
            attempt integer NOT NULL,
            due_at timestamptz NOT NULL,
            response_status integer,
            error text,
            created_at timestamptz(3) NOT NULL,
            delivered_at timestamptz(3),
            CONSTRAINT pk_webhook_deliveries PRIMARY KEY (organization_id, id),
            CONSTRAINT fk_webhook_deliveries_subscription FOREIGN KEY (organization_id, subscription_id)
                REFERENCES webhook_subscriptions (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT ck_webhook_deliveries_status CHECK (status IN ('PENDING', 'DELIVERED', 'DEAD')),
            CONSTRAINT ck_webhook_deliveries_delivered_at_iff_delivered CHECK ((delivered_at IS NOT NULL) = (status = 'DELIVERED'))
        );
        CREATE UNIQUE INDEX ix_webhook_deliveries_once ON webhook_deliveries (organization_id, subscription_id, run_id, sequence);
        CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (due_at) WHERE status = 'PENDING';
        CREATE INDEX ix_webhook_deliveries_subscription ON webhook_deliveries (organization_id, subscription_id, created_at, id);
        """);
}
