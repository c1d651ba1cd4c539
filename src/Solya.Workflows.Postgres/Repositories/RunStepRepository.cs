using Npgsql;
using Solya.Workflows.Lists;
using Solya.Workflows.Postgres.Queue;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>The steps of one run, in the order in which they began.</summary>
public sealed class RunStepRepository(Database database, GraphStore graphs)
{
    /// <summary>A part of a run's steps, oldest first; null when the organization has no run of that id.</summary>
    public async Task<Page<Step>?> ListStepsAsync(string organizationId, Guid runId, int most, long offset, CancellationToken ct)
        => await OrderOfAsync(organizationId, runId, ct) is { } order
            ? await database.ReadAsync(
                async connection =>
                {
                    var count = RunReader.Command("SELECT count(*) FROM workflow_run_steps WHERE organization_id = $1 AND run_id = $2", organizationId, runId);
                    // Steps that began in the same instant stand as in the definition; their ids say nothing of an order.
                    var part = RunReader.Command(
                        $"{RunReader.StepsOfRunSql} ORDER BY started_at, array_position($3, node_id), created_at, id LIMIT $4 OFFSET $5", organizationId, runId);
                    part.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = order });
                    part.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
                    part.Parameters.Add(new NpgsqlParameter<long> { TypedValue = offset });
                    await using var batch = new NpgsqlBatch(connection) { BatchCommands = { count, part } };
                    await using var rows = await batch.ExecuteReaderAsync(ct);
                    await rows.ReadAsync(ct);
                    var total = rows.GetInt64(0);
                    await rows.NextResultAsync(ct);
                    var steps = new List<Step>();
                    while (await rows.ReadAsync(ct))
                    {
                        steps.Add(RunReader.StepOf(rows, organizationId, runId));
                    }

                    return new Page<Step>(steps, total, offset + steps.Count < total);
                },
                ct)
            : null;

    /// <summary>The nodes of the run's definition in their order; empty for a run that is executed outside, null for none.</summary>
    private async Task<string[]?> OrderOfAsync(string organizationId, Guid runId, CancellationToken ct)
    {
        var found = await database.ReadAsync<(Guid? WorkflowId, int? Version)?>(
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    "SELECT workflow_id, workflow_version FROM workflow_runs WHERE organization_id = $1 AND id = $2", connection)
                {
                    Parameters = { new NpgsqlParameter<string> { TypedValue = organizationId }, new NpgsqlParameter<Guid> { TypedValue = runId } },
                };
                await using var row = await command.ExecuteReaderAsync(ct);
                return await row.ReadAsync(ct) ? (row.IsDBNull(0) ? null : row.GetGuid(0), row.IsDBNull(1) ? null : row.GetInt32(1)) : null;
            },
            ct);
        return found switch
        {
            null => null,
            { WorkflowId: { } workflow, Version: { } version }
                => [.. (await graphs.FindAsync(organizationId, workflow, version, ct)).Graph?.AllNodes().Select(node => node.Id) ?? []],
            _ => [],
        };
    }
}
