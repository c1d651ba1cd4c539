namespace Solya.Workflows.Postgres.Repositories;

/// <summary>
/// The statements that delete what ended long ago. Each look-up is a probe of a primary key or of the index on parents;
/// LATERAL with OFFSET 0, or a LIMIT, keeps the planner to that.
/// </summary>
internal static class PurgeStatements
{
    /// <summary>The next organization that has runs older than $2, found by hopping from one first run to the next.</summary>
    public const string NextOrganization =
        """
        WITH RECURSIVE head AS (
            (SELECT organization_id, id FROM workflow_runs WHERE organization_id > $1 ORDER BY organization_id, id LIMIT 1)
            UNION ALL
            SELECT next.organization_id, next.id
              FROM head
             CROSS JOIN LATERAL (
                SELECT organization_id, id FROM workflow_runs WHERE organization_id > head.organization_id ORDER BY organization_id, id LIMIT 1) next
        )
        SELECT organization_id FROM head WHERE id < $2 LIMIT 1
        """;

    /// <summary>
    /// Runs of an organization, oldest first. An end may be told later, and with any time: a run has also been left alone
    /// since the instant.
    /// </summary>
    public const string PageOfRuns =
        """
        SELECT run.id, run.event_sequence, run.has_ended,
               CASE WHEN run.has_ended
                    THEN coalesce((SELECT true FROM workflow_runs child WHERE child.organization_id = $1 AND child.parent_run_id = run.id LIMIT 1), false)
                    ELSE false END
          FROM (SELECT id, event_sequence, coalesce(parent_run_id IS NULL AND completed_at < $4 AND updated_at < $4, false) AS has_ended
                  FROM workflow_runs
                 WHERE organization_id = $1 AND id > $2 AND id < $3
                 ORDER BY id
                 LIMIT $5) run
         ORDER BY run.id
        """;

    /// <summary>
    /// Locks ended runs and those below them. SKIP LOCKED: whoever is writing to one goes first, and it stays. FOR UPDATE:
    /// no row that refers to one can be written meanwhile.
    /// </summary>
    public const string Lock =
        """
        WITH RECURSIVE tree AS (
            SELECT id FROM unnest($2) AS root(id)
            UNION ALL
            SELECT child.id
              FROM tree
             CROSS JOIN LATERAL (SELECT id FROM workflow_runs WHERE organization_id = $1 AND parent_run_id = tree.id OFFSET 0) child
        )
        SELECT run.id
          FROM tree
         CROSS JOIN LATERAL (
            SELECT id FROM workflow_runs
             WHERE organization_id = $1 AND id = tree.id AND completed_at < $3 AND updated_at < $3
               FOR UPDATE SKIP LOCKED) run
        """;

    /// <summary>The runs, those below them, and whether a queue or an unsent webhook speaks of each.</summary>
    public const string Members =
        """
        WITH RECURSIVE tree AS (
            SELECT id AS root, id FROM unnest($2) AS root(id)
            UNION ALL
            SELECT tree.root, child.id
              FROM tree
             CROSS JOIN LATERAL (SELECT id FROM workflow_runs WHERE organization_id = $1 AND parent_run_id = tree.id OFFSET 0) child
        )
        SELECT root, id,
               coalesce(
                   (SELECT true FROM run_queue WHERE organization_id = $1 AND run_id = tree.id LIMIT 1),
                   (SELECT true FROM abandoned_runs WHERE organization_id = $1 AND run_id = tree.id LIMIT 1),
                   (SELECT true
                      FROM (SELECT id FROM webhook_subscriptions WHERE organization_id = $1 OFFSET 0) subscription
                     CROSS JOIN LATERAL (
                        SELECT status FROM webhook_deliveries
                         WHERE organization_id = $1 AND subscription_id = subscription.id AND run_id = tree.id
                        OFFSET 0) delivery
                     WHERE delivery.status = 'PENDING'
                     LIMIT 1),
                   false)
          FROM tree
        """;

    // The subscriptions are locked first: whoever deletes one takes its deliveries in an order of his own, and the two would
    // deadlock. One that is being deleted is passed over, its deliveries go with it. One that somebody asks to be sent again
    // at this moment stays, and is sent: it holds all that it needs.
    private const string Deliveries =
        """
        WITH doomed AS MATERIALIZED (
            SELECT delivery.id
              FROM (SELECT id FROM webhook_subscriptions WHERE organization_id = $1 FOR KEY SHARE SKIP LOCKED) subscription
             CROSS JOIN unnest($2) AS run(id)
             CROSS JOIN LATERAL (
                SELECT id FROM webhook_deliveries
                 WHERE organization_id = $1 AND subscription_id = subscription.id AND run_id = run.id
                OFFSET 0) delivery
        )
        DELETE FROM webhook_deliveries
         WHERE organization_id = $1 AND id IN (SELECT id FROM doomed) AND status <> 'PENDING'
        """;

    /// <summary>Everything that belongs to runs, and then the runs, in the order that the foreign keys ask for.</summary>
    public static readonly string[] Deletes =
    [
        Deliveries,
        "DELETE FROM worker_tasks WHERE organization_id = $1 AND run_id = ANY ($2)",
        "DELETE FROM run_signals WHERE organization_id = $1 AND run_id = ANY ($2)",
        "DELETE FROM approval_requests WHERE organization_id = $1 AND run_id = ANY ($2)",
        "DELETE FROM workflow_run_events WHERE organization_id = $1 AND run_id = ANY ($2)",
        "DELETE FROM workflow_run_steps WHERE organization_id = $1 AND run_id = ANY ($2)",
        // Parents and children together: the key between them is checked when the statement ends.
        "DELETE FROM workflow_runs WHERE organization_id = $1 AND id = ANY ($2)",
    ];

    public const string PageOfSubscriptions =
        """
        SELECT organization_id, id FROM webhook_subscriptions
         WHERE (organization_id, id) > ($1, $2)
         ORDER BY organization_id, id
         LIMIT $3
        """;

    /// <summary>
    /// Deliveries that were settled long ago, by the index that lists them. A settled one is never due again, so that its
    /// due time is that of its last attempt. The subscriptions are locked for the reason that stands above.
    /// </summary>
    public const string DeleteSettledDeliveries =
        """
        WITH doomed AS MATERIALIZED (
            SELECT delivery.organization_id, delivery.id
              FROM unnest($1, $2) AS page(organization_id, id)
             CROSS JOIN LATERAL (
                SELECT organization_id, id FROM webhook_subscriptions
                 WHERE organization_id = page.organization_id AND id = page.id
                   FOR KEY SHARE SKIP LOCKED) subscription
             CROSS JOIN LATERAL (
                SELECT organization_id, id FROM webhook_deliveries
                 WHERE organization_id = subscription.organization_id AND subscription_id = subscription.id
                   AND created_at < $3 AND due_at < $3 AND status <> 'PENDING'
                 ORDER BY created_at, id
                 LIMIT $4
                   FOR UPDATE SKIP LOCKED) delivery
             LIMIT $4
        )
        DELETE FROM webhook_deliveries
         WHERE (organization_id, id) IN (SELECT organization_id, id FROM doomed) AND status <> 'PENDING'
        """;
}
