using Npgsql;

namespace Solya.Workflows.Api.Hosting;

/// <summary>Whether this process can serve: the database answers and has the tables of this binary.</summary>
internal sealed class Readiness(NpgsqlDataSource source)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private volatile bool _isMigrated;

    public bool IsMigrated => _isMigrated;

    public void MarkMigrated() => _isMigrated = true;

    /// <summary>Null when ready, else what is missing.</summary>
    public async Task<string?> WhatIsMissingAsync(CancellationToken ct)
    {
        if (!_isMigrated)
        {
            return "migrations";
        }

        var look = LookAsync();
        try
        {
            await look.WaitAsync(Patience, ct);
            return null;
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            return "database";
        }
    }

    // Not cancelled when the patience ends: the driver would wait for the cancellation. It ends by itself.
    private async Task LookAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = 1 };
        await command.ExecuteScalarAsync();
    }
}
