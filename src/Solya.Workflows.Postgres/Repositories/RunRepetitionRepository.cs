using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>New runs made of old ones. They execute the workflow as it is now.</summary>
/// <param name="hints">Null in a process without an engine.</param>
public sealed class RunRepetitionRepository(
    Database database, AmbientTransaction ambient, RunCreationRepository creation, GraphStore graphs, IdGenerator ids, IEngineHints? hints = null)
{
    private const string CopySql =
        """
        WITH state AS (
            UPDATE workflow_runs run SET state = earlier.state
              FROM workflow_runs earlier
             WHERE run.organization_id = $1 AND run.id = $3 AND earlier.organization_id = $1 AND earlier.id = $2
        )
        INSERT INTO workflow_run_steps (
            organization_id, run_id, id, node_id, iteration, kind, node_type, action_type, status, retry_count, attempt, resolved_input, output,
            error_code, error_message, error_details, branch, error_handled, started_at, completed_at, duration_ms, created_at, updated_at)
        SELECT $1, $3, copied.new_id, node_id, iteration, kind, node_type, action_type, status, retry_count, attempt, resolved_input, output,
               error_code, error_message, error_details, branch, error_handled, started_at, completed_at, duration_ms, $4, $4
          FROM unnest($5, $6) AS copied(old_id, new_id)
          JOIN workflow_run_steps step ON step.organization_id = $1 AND step.run_id = $2 AND step.id = copied.old_id
        """;

    /// <summary>Starts a run with the same payload.</summary>
    public async Task<RepetitionReceipt> RerunAsync(RunKey key, CancellationToken ct)
    {
        if (await FindAsync(key, ct) is not { } run)
        {
            return new(RepetitionOutcome.RunNotFound);
        }

        return run is { Executor: RunExecutor.Engine, WorkflowId: { } workflow }
            ? await ReceiptOfAsync(await creation.CreateRunAsync(new(key.OrganizationId, workflow, InputOf(run), null), ambient, ct), key.OrganizationId, ct)
            : ExecutedOutside;
    }

    /// <summary>Starts a run with the same payload at a node: what stands before it keeps the outcome it had.</summary>
    public async Task<RepetitionReceipt> ResumeFromAsync(RunKey key, string nodeId, CancellationToken ct)
    {
        if (await FindAsync(key, ct) is not { } run)
        {
            return new(RepetitionOutcome.RunNotFound);
        }

        if (run is not { Executor: RunExecutor.Engine, WorkflowId: { } workflow })
        {
            return ExecutedOutside;
        }

        if (!run.Status.IsTerminal())
        {
            return new(RepetitionOutcome.NotAllowed, Reason: "The run has not ended.");
        }

        if (await LatestVersionAsync(key.OrganizationId, workflow, ct) is not { } version)
        {
            return Inactive;
        }

        if ((await graphs.FindAsync(key.OrganizationId, workflow, version, ct)).Graph is not { } graph || PlaceOf(graph, nodeId) is not { } place)
        {
            return new(RepetitionOutcome.NodeNotFound);
        }

        if (KeptSteps(run, graph, place) is not { } kept)
        {
            return new(RepetitionOutcome.NotAllowed, Reason: $"The run did not get as far as '{nodeId}'.");
        }

        var (id, createdAt) = ids.Next();
        var insert = new RunInsert(new(key.OrganizationId, workflow, InputOf(run), null), id, createdAt, WorkerId: null, default);
        return await WriteAsync(connection => InsertAsync(connection, insert, key.RunId, kept, version, ct), ct);
    }

    private static readonly RepetitionReceipt ExecutedOutside = new(RepetitionOutcome.NotAllowed, Reason: "The run was executed outside of this service.");

    private static readonly RepetitionReceipt Inactive = new(RepetitionOutcome.NotAllowed, Reason: "The workflow is inactive.");

    private async Task<RepetitionReceipt> ReceiptOfAsync(CreationReceipt receipt, string organizationId, CancellationToken ct)
        => receipt.Outcome == CreationOutcome.Created
            ? new(RepetitionOutcome.Created, await FindAsync(new(organizationId, receipt.RunId), ct))
            : Inactive;

    private static JsonText InputOf(Run run) => JsonText.Of(run.TriggerContext) ?? JsonText.EmptyObject;

    private static int? PlaceOf(WorkflowGraph graph, string nodeId)
        => graph.Nodes.Index().Where(node => node.Item.Id == nodeId).Select(node => (int?)node.Index).FirstOrDefault();

    /// <summary>The ended steps that no way from the node leads to; null when the node was not reached, or not all ways to it are decided.</summary>
    private static List<Step>? KeptSteps(Run run, WorkflowGraph graph, int place)
    {
        var behind = new HashSet<int> { place };
        foreach (var node in graph.Order)
        {
            if (graph.Into(node).Any(edge => behind.Contains(edge.Source)))
            {
                behind.Add(node);
            }
        }

        var keptNodes = graph.Nodes.Index().Where(node => !behind.Contains(node.Index))
            .SelectMany(node => WorkflowGraph.BodiesOf(node.Item).SelectMany(body => body.AllNodes()).Prepend(node.Item))
            .Select(node => node.Id)
            .ToHashSet(StringComparer.Ordinal);
        var kept = run.Steps
            .Where(step => keptNodes.Contains(step.NodeId) && (step.Status is StepStatus.Succeeded or StepStatus.Skipped || step is { Status: StepStatus.Failed, ErrorHandled: true }))
            .ToList();
        var wasReached = run.Steps.Exists(step => step.NodeId == graph.Nodes[place].Id && step.Iteration.Length == 0 && step.Status != StepStatus.Skipped);
        var isDecided = graph.Into(place).All(edge => kept.Exists(step => step.NodeId == graph.Nodes[edge.Source].Id && step.Iteration.Length == 0));
        return wasReached && isDecided ? kept : null;
    }

    private static async Task<RepetitionReceipt> InsertAsync(
        NpgsqlConnection connection, RunInsert insert, Guid earlierRun, List<Step> kept, int version, CancellationToken ct)
    {
        CreationReceipt created;
        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { CreateRunStatement.For([insert]) } })
        await using (var rows = await batch.ExecuteReaderAsync(ct))
        {
            created = (await CreateRunStatement.ReadAsync(rows, [insert], ct))[0]!.Value.Creation;
        }

        if (created.Outcome != CreationOutcome.Created)
        {
            return Inactive;
        }

        if (created.WorkflowVersion != version)
        {
            return new(RepetitionOutcome.NotAllowed, Reason: "The workflow was changed at the same time.");
        }

        await using var copy = new NpgsqlCommand(CopySql, connection)
        {
            Parameters =
            {
                LockedRun.Text(insert.Creation.OrganizationId),
                new NpgsqlParameter<Guid> { TypedValue = earlierRun },
                new NpgsqlParameter<Guid> { TypedValue = insert.RunId },
                LockedRun.Instant(insert.CreatedAt),
            },
        };
        copy.Parameters.AddColumn(NpgsqlDbType.Uuid, kept, step => step.Id);
        copy.Parameters.AddColumn(NpgsqlDbType.Uuid, kept, step => new StepKey(step.NodeId, step.Iteration).IdIn(insert.RunId));
        if (await copy.ExecuteNonQueryAsync(ct) != kept.Count)
        {
            return new(RepetitionOutcome.RunNotFound); // deleted since it was read, and with it what was to be copied
        }

        return new(RepetitionOutcome.Created, await RunReader.FindAsync(connection, insert.Creation.OrganizationId, insert.RunId, ct));
    }

    private async Task<RepetitionReceipt> WriteAsync(Func<NpgsqlConnection, Task<RepetitionReceipt>> write, CancellationToken ct)
    {
        if (ambient.Connection is { } joined)
        {
            ambient.AfterCommit(() => hints?.WorkQueued());
            return await write(joined);
        }

        var receipt = await database.WriteAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(ct);
                var outcome = await write(connection);
                if (outcome.Outcome == RepetitionOutcome.Created)
                {
                    await transaction.CommitAsync(ct);
                }

                return outcome;
            },
            ct);
        hints?.WorkQueued();
        return receipt;
    }

    private Task<Run?> FindAsync(RunKey key, CancellationToken ct)
        => ReadAsync(connection => RunReader.FindAsync(connection, key.OrganizationId, key.RunId, ct), ct);

    private Task<int?> LatestVersionAsync(string organizationId, Guid workflowId, CancellationToken ct) => ReadAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                "SELECT latest_version FROM workflows WHERE organization_id = $1 AND id = $2 AND status = 'ACTIVE'", connection)
            {
                Parameters = { LockedRun.Text(organizationId), new NpgsqlParameter<Guid> { TypedValue = workflowId } },
            };
            return await command.ExecuteScalarAsync(ct) as int?;
        },
        ct);

    // On the request's own connection when it has one: waiting for a second one while holding the first can starve the pool.
    private Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken ct)
        => ambient.Connection is { } joined ? read(joined) : database.ReadAsync(read, ct);
}
