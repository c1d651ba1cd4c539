using Npgsql;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>
/// Leases due runs. Every organization that has some gets the same share, so that one with a hundred thousand runs cannot
/// starve another with ten: the index leads with the organization, each organization's first entry is its earliest run, and
/// hopping from one first entry to the next tells who has something due without reading what is not.
/// </summary>
internal static class ClaimStatement
{
    // SKIP LOCKED: two processes that claim at once take different runs. A row that is being committed or cancelled is
    // locked too, and not ours to take. The picked rows are there and locked, so that each insertion becomes an update: one by
    // key, whatever the planner thinks of a queue that was empty when it was last vacuumed.
    private const string Sql =
        """
        WITH RECURSIVE clock AS MATERIALIZED (
            SELECT clock_timestamp() AS now
        ), head AS (
            (SELECT organization_id, due_at FROM run_queue WHERE claims >= 0 ORDER BY organization_id, due_at LIMIT 1)
            UNION ALL
            SELECT next.organization_id, next.due_at
              FROM head
             CROSS JOIN LATERAL (
                SELECT organization_id, due_at FROM run_queue
                 WHERE organization_id > head.organization_id AND claims >= 0
                 ORDER BY organization_id, due_at
                 LIMIT 1) next
        ), due AS MATERIALIZED (
            SELECT organization_id, now, count(*) OVER () AS organizations FROM head, clock WHERE due_at <= now
             ORDER BY random()
             LIMIT $2
        ), picked AS MATERIALIZED (
            SELECT mine.organization_id, mine.run_id, mine.due_at
              FROM due
             CROSS JOIN LATERAL (
                SELECT organization_id, run_id, due_at FROM run_queue
                 WHERE organization_id = due.organization_id AND due_at <= due.now AND claims >= 0
                 ORDER BY due_at
                 LIMIT greatest(1, $2 / due.organizations)
                   FOR UPDATE SKIP LOCKED) mine
        ), leased AS (
            INSERT INTO run_queue AS queued (organization_id, run_id, due_at)
            SELECT organization_id, run_id, due_at FROM picked
            ON CONFLICT (organization_id, run_id) DO UPDATE SET
                lease_epoch = nextval('lease_epochs'), worker_id = $1, due_at = clock_timestamp() + $3, claims = queued.claims + 1, has_news = false
            RETURNING organization_id, run_id, lease_epoch, claims
        )
        SELECT organization_id, run_id, lease_epoch, claims, clock_timestamp() FROM leased
        """;

    public static NpgsqlBatchCommand For(Guid workerId, int most, TimeSpan lease) => new(Sql)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = workerId },
            new NpgsqlParameter<int> { TypedValue = most },
            new NpgsqlParameter<TimeSpan> { TypedValue = lease },
        },
    };
}
