namespace Solya.Workflows.Benchmarks;

/// <summary>Rows of a table that were updated, and those of them that wrote to no index.</summary>
internal sealed record HotShare(string Load, string Table, long Updates, long Hot)
{
    private const long Fewest = 100;

    // Backends tell what they did a second later, at the latest.
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    /// <summary>By table, what was updated meanwhile; tables that were hardly touched are left out.</summary>
    public static async Task<IReadOnlyList<HotShare>> OfAsync(Workbench bench, string load, Func<Task> meanwhile)
    {
        await Task.Delay(Delay);
        await bench.ExecuteAsync("SELECT pg_stat_reset()");
        await meanwhile();
        await Task.Delay(Delay);
        await using var command = bench.Source.CreateCommand(
            "SELECT relname::text, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE n_tup_upd >= $1 ORDER BY n_tup_upd DESC");
        command.Parameters.AddWithValue(Fewest);
        await using var rows = await command.ExecuteReaderAsync();
        var shares = new List<HotShare>();
        while (await rows.ReadAsync())
        {
            shares.Add(new(load, rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2)));
        }

        return shares;
    }
}
