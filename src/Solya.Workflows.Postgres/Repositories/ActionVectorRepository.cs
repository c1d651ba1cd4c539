using Npgsql;
using NpgsqlTypes;
using Solya.Workflows.ActionVectors;
using Solya.Workflows.Postgres.Writes;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>What the data platform's models recommend.</summary>
public sealed class ActionVectorRepository(Database database, TimeProvider clock)
{
    // Sorted by key, as in task-create, so that concurrent calls cannot deadlock.
    private const string Sql =
        """
        WITH recorded AS (
            INSERT INTO action_vectors AS vector (organization_id, candidate_key, domain, variant_id, shop_id, confidence, payload,
                                                  refresh_count, created_at, updated_at)
            SELECT $7, key, domain, variant_id, shop_id, confidence, payload::json, 0, $8, $8
              FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::double precision[], $6::text[])
                AS vector(key, domain, variant_id, shop_id, confidence, payload)
             ORDER BY key
            ON CONFLICT (organization_id, candidate_key) DO UPDATE SET
                confidence = excluded.confidence,
                payload = excluded.payload,
                refresh_count = vector.refresh_count + 1,
                updated_at = excluded.updated_at
            RETURNING refresh_count
        )
        SELECT count(*) FILTER (WHERE refresh_count = 0)::int, count(*) FILTER (WHERE refresh_count > 0)::int FROM recorded
        """;

    /// <summary>Replaces the word on each candidate; all or nothing. Of several words on one, the last counts.</summary>
    public Task<(int Created, int Updated)> RecordVectorsAsync(
        string organizationId, IReadOnlyList<ActionVectorWrite> vectors, CancellationToken ct)
    {
        var newest = new SortedDictionary<Guid, ActionVectorWrite>();
        foreach (var vector in vectors)
        {
            newest[vector.Candidate.Key] = vector;
        }

        var rows = newest.ToArray();
        var command = new NpgsqlBatchCommand(Sql);
        command.Parameters.AddColumn(NpgsqlDbType.Uuid, rows, row => row.Key);
        command.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Value.Candidate.Domain.Text());
        command.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Value.Candidate.VariantId);
        command.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Value.Candidate.ShopId);
        command.Parameters.AddColumn(NpgsqlDbType.Double, rows, row => row.Value.Confidence);
        command.Parameters.AddColumn(NpgsqlDbType.Text, rows, row => row.Value.Payload);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = organizationId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow().ToMilliseconds() });

        return database.WriteLongAsync(
            connection => connection.ExecuteBulkAsync(
                database.Options,
                [command],
                async row =>
                {
                    await row.ReadAsync(ct);
                    return (row.GetInt32(0), row.GetInt32(1));
                },
                ct),
            ct);
    }
}
