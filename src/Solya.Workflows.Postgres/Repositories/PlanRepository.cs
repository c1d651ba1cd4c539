using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Plans;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>Plans that workflows fill and people approve.</summary>
public sealed class PlanRepository(WorkflowsContext context, Database database, AmbientTransaction ambient, IdGenerator ids, TimeProvider clock)
{
    // The unique index of drafts decides between making and getting, so two calls at once end at one plan; the touch of
    // the existing one makes it visible to RETURNING.
    private const string CreateOrGetSql =
        """
        INSERT INTO plans AS plan (organization_id, id, plan_type, plan_name, status, workflow_run_id, created_at, updated_at)
        VALUES ($1, $2, $3, $4, 'DRAFT', $5, $6, $6)
        ON CONFLICT (organization_id, plan_type, plan_name) WHERE status = 'DRAFT' DO UPDATE SET updated_at = plan.updated_at
        RETURNING id
        """;

    // The plan is locked first: it cannot be closed between the look at its status and the items' arrival.
    private const string LockSql =
        """
        SELECT status FROM plans WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE
        """;

    private const string AddItemsSql =
        """
        WITH added AS (
            INSERT INTO plan_items AS item (organization_id, plan_id, item_key, variant_id, shop_id, item, refresh_count,
                                            workflow_run_id, created_at, updated_at)
            SELECT $5, $6, key, variant_id, shop_id, content::json, 0, $7, $8, $8
              FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS given(key, variant_id, shop_id, content)
             WHERE EXISTS (SELECT FROM plans WHERE organization_id = $5 AND id = $6 AND status = ANY ($9))
             ORDER BY key
            ON CONFLICT (organization_id, plan_id, item_key) DO UPDATE SET
                item = excluded.item,
                refresh_count = item.refresh_count + 1,
                workflow_run_id = excluded.workflow_run_id,
                updated_at = excluded.updated_at
            RETURNING refresh_count
        ), touched AS (
            UPDATE plans SET updated_at = greatest(updated_at, $8) WHERE organization_id = $5 AND id = $6 AND status = ANY ($9)
        )
        SELECT count(*) FILTER (WHERE refresh_count = 0)::int FROM added
        """;

    private static readonly string[] TakesItems =
        [.. Enum.GetValues<PlanStatus>().Where(status => PlanTransitions.Next(status, PlanTrigger.ItemsAdded) is not null).Select(status => status.Text())];

    /// <summary>The one draft of a type and name, made when there is none.</summary>
    public Task<(Guid PlanId, bool IsNew)> CreateOrGetPlanAsync(PlanDraft draft, CancellationToken ct)
        => WriteAsync(
            async connection =>
            {
                var (id, createdAt) = ids.Next();
                await using var command = new NpgsqlCommand(CreateOrGetSql, connection)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<string> { TypedValue = draft.OrganizationId },
                        new NpgsqlParameter<Guid> { TypedValue = id },
                        new NpgsqlParameter<string> { TypedValue = draft.PlanType.Text() },
                        new NpgsqlParameter<string> { TypedValue = draft.PlanName },
                        new NpgsqlParameter { Value = (object?)draft.WorkflowRunId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = createdAt },
                    },
                };
                var planId = (Guid)(await command.ExecuteScalarAsync(ct))!;
                return (planId, planId == id);
            },
            ct);

    /// <summary>Adds items to a draft; of several items with the same variant and shop the last counts.</summary>
    public async Task<PlanItemsReceipt> AddItemsAsync(PlanAddition addition, CancellationToken ct)
    {
        var newest = new SortedDictionary<Guid, PlanAddition.Entry>();
        foreach (var item in addition.Items)
        {
            newest[NaturalKey.Of(item.VariantId, item.ShopId)] = item;
        }

        var rows = newest.ToArray();
        var command = new NpgsqlBatchCommand(AddItemsSql);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, rows, row => row.Key);
        command.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Value.VariantId);
        command.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Value.ShopId);
        command.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Value.Item);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = addition.OrganizationId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = addition.PlanId });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)addition.WorkflowRunId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow().ToMilliseconds() });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = TakesItems });

        Task<PlanItemsReceipt> AddAsync(NpgsqlConnection connection) => connection.ExecuteBulkAsync(
            database.Options,
            [
                new NpgsqlBatchCommand(LockSql)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<string> { TypedValue = addition.OrganizationId },
                        new NpgsqlParameter<Guid> { TypedValue = addition.PlanId },
                    },
                },
                command,
            ],
            async answer =>
            {
                if (!await answer.ReadAsync(ct))
                {
                    return new PlanItemsReceipt(PlanOutcome.PlanNotFound);
                }

                var status = WireText<PlanStatus>.Parse(answer.GetString(0));
                if (PlanTransitions.Next(status, PlanTrigger.ItemsAdded) is null)
                {
                    return new PlanItemsReceipt(PlanOutcome.PlanClosed, Status: status);
                }

                await answer.NextResultAsync(ct);
                await answer.ReadAsync(ct);
                var added = answer.GetInt32(0);
                return new PlanItemsReceipt(PlanOutcome.Recorded, added, addition.Items.Count - added);
            },
            ct);

        return ambient.Connection is { } joined ? await AddAsync(joined) : await database.WriteLongAsync(AddAsync, ct);
    }

    /// <summary>One plan with its items, those that came first in front, or null when the organization has none of that id.</summary>
    public async Task<Plan?> FindPlanAsync(string organizationId, Guid planId, CancellationToken ct)
    {
        var plan = await context.Plans.AsNoTracking()
            .SingleOrDefaultAsync(row => row.OrganizationId == organizationId && row.Id == planId, ct);
        plan?.Items.AddRange(await context.PlanItems.AsNoTracking()
            .Where(item => item.OrganizationId == organizationId && item.PlanId == planId)
            .OrderBy(item => item.CreatedAt).ThenBy(item => item.ItemKey)
            .ToListAsync(ct));
        return plan;
    }

    /// <summary>Plans of an organization, newest first, without their items.</summary>
    public Task<Page<Plan>> ListPlansAsync(PlanFilter filter, PageRequest page, CancellationToken ct)
    {
        var matching = context.Plans.AsNoTracking().Where(plan => plan.OrganizationId == filter.OrganizationId);
        if (filter.PlanType is { } type)
        {
            matching = matching.Where(plan => plan.PlanType == type);
        }

        if (filter.Status is { } status)
        {
            matching = matching.Where(plan => plan.Status == status);
        }

        return matching.ToPageAsync(page, plan => plan.Id, ct);
    }

    /// <summary>Validates or closes a plan; saying what is so already changes nothing.</summary>
    public async Task<PlanReceipt> MovePlanAsync(string organizationId, Guid planId, PlanTrigger trigger, CancellationToken ct)
    {
        await context.OpenForWritingAsync(ct);
        while (true)
        {
            var found = context.Plans.AsNoTracking().Where(plan => plan.OrganizationId == organizationId && plan.Id == planId);
            if (await found.SingleOrDefaultAsync(ct) is not { } plan)
            {
                return new(PlanOutcome.PlanNotFound);
            }

            if (PlanTransitions.Next(plan.Status, trigger) is not { } next)
            {
                return new(PlanOutcome.PlanClosed, plan);
            }

            if (next == plan.Status)
            {
                return new(PlanOutcome.Recorded, plan);
            }

            // Compare-and-swap: the plan moves only if nobody moved it since it was read.
            var now = clock.GetUtcNow().ToMilliseconds();
            var moved = await found
                .Where(row => row.Status == plan.Status)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, next).SetProperty(row => row.UpdatedAt, now), ct);
            if (moved == 1)
            {
                return new(PlanOutcome.Recorded, await found.SingleAsync(ct));
            }
        }
    }

    private Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> write, CancellationToken ct)
        => ambient.Connection is { } joined ? write(joined) : database.WriteAsync(write, ct);
}
