using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Postgres;
using Solya.Workflows.Postgres.Migrations;

namespace Solya.Workflows.Api.Tests.Schema;

public class MigrationTests
{
    [Fact]
    public async Task Eight_processes_that_start_at_once_migrate_an_empty_database_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var processes = Enumerable.Range(0, 8).Select(_ => ServicesOf(database)).ToList();
        try
        {
            await Task.WhenAll(processes.Select(process => Task.Run(() => process.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None))));

            foreach (var process in processes)
            {
                Assert.True(await process.GetRequiredService<Migrator>().IsCurrentAsync(CancellationToken.None));
            }
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }

        Assert.Equal(
            await database.ScalarAsync<long>("SELECT count(DISTINCT \"MigrationId\") FROM \"__EFMigrationsHistory\""),
            await database.ScalarAsync<long>("SELECT count(*) FROM \"__EFMigrationsHistory\""));
        await using var template = await TestDatabase.CreateAsync();
        Assert.Equal(await Catalog.ColumnsAsync(template.Source), await Catalog.ColumnsAsync(database.Source));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"));
    }

    [Fact]
    public async Task Migrating_a_migrated_database_changes_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var services = ServicesOf(database);
        const string History = "SELECT string_agg(h::text, ',') FROM \"__EFMigrationsHistory\" h";
        var before = await database.ScalarAsync<string>(History);

        await services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);

        Assert.Equal(before, await database.ScalarAsync<string>(History));
    }

    [Fact]
    public async Task An_empty_database_is_not_current()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var services = ServicesOf(database);

        Assert.False(await services.GetRequiredService<Migrator>().IsCurrentAsync(CancellationToken.None));
    }

    private static ServiceProvider ServicesOf(TestDatabase database) => new ServiceCollection()
        .AddLogging()
        .AddPostgres(() => database.ConnectionString, new PostgresOptions())
        .BuildServiceProvider();
}
