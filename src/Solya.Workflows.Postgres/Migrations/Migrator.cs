using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Solya.Workflows.Postgres.Migrations;

/// <summary>Brings a database to the version of this binary.</summary>
public sealed class Migrator(IDbContextFactory<WorkflowsContext> contexts, NpgsqlDataSource source)
{
    private static readonly string[] Wanted =
        [.. typeof(Migrator).Assembly.GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>()];

    // Any fixed number that nothing else in this database uses as an advisory lock.
    private const long LockNumber = 0x536F_6C79_6157_4601;

    /// <summary>Applies what is missing, under a lock: any number of processes may start at once.</summary>
    public async Task MigrateAsync(CancellationToken ct)
    {
        if (await IsCurrentAsync(ct))
        {
            return; // the ordinary start: one look instead of a lock, and no model to build
        }

        await using var context = await contexts.CreateDbContextAsync(ct);

        // The lock ends with this transaction, so a process that dies here leaves nothing locked.
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var locked = await connection.BeginTransactionAsync(ct);
        await using (var command = new NpgsqlCommand("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0", connection))
        {
            await command.ExecuteNonQueryAsync(ct);
            command.CommandText = "SELECT pg_advisory_xact_lock($1)";
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockNumber });
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(ct);
        }

        // The limits of requests are the server's too, on every connection. This one must not go back to the pool without them.
        context.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        await context.Database.OpenConnectionAsync(ct);
        await context.Database.ExecuteSqlRawAsync("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0", ct);
        try
        {
            await context.Database.MigrateAsync(ct);
            await locked.CommitAsync(ct);
        }
        finally
        {
            source.Clear();
        }
    }

    /// <summary>Whether the database has every migration of this binary.</summary>
    public async Task<bool> IsCurrentAsync(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var exists = new NpgsqlCommand("""SELECT to_regclass('"__EFMigrationsHistory"') IS NOT NULL""", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(ct))!)
        {
            return false;
        }

        await using var missing = new NpgsqlCommand(
            """
            SELECT NOT EXISTS (SELECT FROM unnest($1) AS wanted(id)
                                WHERE NOT EXISTS (SELECT FROM "__EFMigrationsHistory" WHERE "MigrationId" = wanted.id))
            """,
            connection)
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = Wanted } },
        };
        return (bool)(await missing.ExecuteScalarAsync(ct))!;
    }
}
