using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Tasks;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Tasks for people: made from action vectors, listed, closed.</summary>
public sealed class TaskRepository(WorkflowsContext context, Database database, AmbientTransaction ambient, IdGenerator ids, TimeProvider clock)
{
    // One statement for any number of candidates. Sorted by the key of the unique index, so that calls over the same
    // candidates wait for each other at the first of them instead of deadlocking. The index of open tasks decides between
    // making and refreshing, so no two calls can both make one.
    private const string CreateSql =
        """
        WITH candidate AS (
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
                AS candidate(key, id, domain, variant_id, shop_id)
        ), wanted AS (
            SELECT candidate.*, vector.confidence, vector.payload
              FROM candidate
              LEFT JOIN action_vectors vector ON vector.organization_id = $6 AND vector.candidate_key = candidate.key
             WHERE vector.confidence IS NULL OR vector.confidence >= $7
        ), recorded AS (
            INSERT INTO tasks AS task (organization_id, id, candidate_key, domain, variant_id, shop_id, status, workflow_run_id,
                                       confidence, payload, refresh_count, created_at, updated_at)
            SELECT $6, id, key, domain, variant_id, shop_id, 'OPEN', $8, confidence, payload, 0, $9, $9
              FROM wanted
             ORDER BY key
            ON CONFLICT (organization_id, candidate_key) WHERE status = 'OPEN' DO UPDATE SET
                workflow_run_id = excluded.workflow_run_id,
                confidence = excluded.confidence,
                payload = excluded.payload,
                refresh_count = task.refresh_count + 1,
                updated_at = excluded.updated_at
            RETURNING refresh_count
        )
        SELECT count(*) FILTER (WHERE refresh_count = 0)::int, count(*) FILTER (WHERE refresh_count > 0)::int FROM recorded
        """;

    /// <summary>Makes or refreshes one open task per candidate that is not suppressed; all or nothing.</summary>
    public Task<TaskCreationResult> CreateTasksAsync(TaskCreation creation, CancellationToken ct)
        => ambient.Connection is { } joined
            ? CreateAsync(joined, creation, ct)
            : database.WriteLongAsync(connection => CreateAsync(connection, creation, ct), ct);

    /// <summary>Tasks of an organization, newest first.</summary>
    public Task<Page<WorkflowTask>> ListTasksAsync(TaskFilter filter, PageRequest page, CancellationToken ct)
    {
        var matching = context.Tasks.AsNoTracking().Where(task => task.OrganizationId == filter.OrganizationId);
        if (filter.WorkflowRunId is { } workflowRunId)
        {
            matching = matching.Where(task => task.WorkflowRunId == workflowRunId);
        }

        if (filter.Domain is { } domain)
        {
            matching = matching.Where(task => task.Domain == domain);
        }

        if (filter.Status is { } status)
        {
            matching = matching.Where(task => task.Status == status);
        }

        return matching.ToPageAsync(page, task => task.Id, ct);
    }

    /// <summary>Closes an open task.</summary>
    public async Task<TaskReceipt> CloseTaskAsync(string organizationId, Guid taskId, TaskTrigger trigger, CancellationToken ct)
    {
        await context.OpenForWritingAsync(ct);
        while (true)
        {
            var found = context.Tasks.AsNoTracking().Where(task => task.OrganizationId == organizationId && task.Id == taskId);
            if (await found.SingleOrDefaultAsync(ct) is not { } task)
            {
                return new(TaskOutcome.TaskNotFound);
            }

            if (TaskTransitions.Next(task.Status, trigger) is not { } next)
            {
                return new(TaskOutcome.TaskNotOpen, task);
            }

            // Compare-and-swap: of two who close it at once, one wins and the other is told so.
            var now = clock.GetUtcNow().ToMilliseconds();
            var moved = await found
                .Where(row => row.Status == task.Status)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.Status, next)
                    .SetProperty(row => row.ClosedAt, now)
                    .SetProperty(row => row.UpdatedAt, now), ct);
            if (moved == 1)
            {
                return new(TaskOutcome.Closed, await found.SingleAsync(ct));
            }
        }
    }

    private async Task<TaskCreationResult> CreateAsync(NpgsqlConnection connection, TaskCreation creation, CancellationToken ct)
    {
        var candidates = creation.Candidates;
        var keys = new Guid[candidates.Count];
        var order = new int[candidates.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = candidates[i].Key;
            order[i] = i;
        }

        Array.Sort(keys, order);
        Candidate[] sorted = [.. order.Select(i => candidates[i])];
        var command = new NpgsqlBatchCommand(CreateSql);
        var parameters = command.Parameters;
        parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = keys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        parameters.AddColumn(NpgsqlDbType.Uuid, sorted, _ => ids.NextId());
        parameters.AddColumn(NpgsqlDbType.Text, sorted, candidate => candidate.Domain.Text());
        parameters.AddColumn(NpgsqlDbType.Text, sorted, candidate => candidate.VariantId);
        parameters.AddColumn(NpgsqlDbType.Text, sorted, candidate => candidate.ShopId);
        parameters.Add(new NpgsqlParameter<string> { TypedValue = creation.OrganizationId });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = creation.MinConfidence });
        parameters.Add(new NpgsqlParameter<string> { TypedValue = creation.WorkflowRunId });
        parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow().ToMilliseconds() });

        return await connection.ExecuteBulkAsync(
            database.Options,
            [command],
            async row =>
            {
                await row.ReadAsync(ct);
                var (created, updated) = (row.GetInt32(0), row.GetInt32(1));
                return new TaskCreationResult(created, updated, candidates.Count - created - updated);
            },
            ct);
    }
}
