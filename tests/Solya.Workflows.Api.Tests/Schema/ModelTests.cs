using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Postgres;

namespace Solya.Workflows.Api.Tests.Schema;

/// <summary>The migrations are written by hand: they must make exactly the tables that the model describes.</summary>
public class ModelTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private readonly IRelationalModel _model = ModelOf(api);

    [Fact]
    public async Task Every_column_has_the_models_name_type_and_nullability()
    {
        var described = _model.Tables.SelectMany(table => table.Columns.Select(column => (table.Name, column.Name, column.StoreType, column.IsNullable)));

        Assert.Equal(described.Order(), (await Catalog.ColumnsAsync(api.Database.Source)).Order());
    }

    [Fact]
    public async Task Every_primary_key_and_index_is_the_models()
    {
        var keys = _model.Tables.Select(table => (table.Name, table.PrimaryKey!.Name, Columns: Names(table.PrimaryKey.Columns), IsUnique: true, IsPrimary: true, Filter: ""));
        var indexes = _model.Tables.SelectMany(table => table.Indexes.Select(index => (table.Name, index.Name, Columns: Names(index.Columns), index.IsUnique, IsPrimary: false, Filter: index.Filter ?? "")));
        var described = new List<(string, string, string, bool, bool, string)>();
        foreach (var (table, name, columns, isUnique, isPrimary, filter) in keys.Concat(indexes))
        {
            described.Add((table, name, columns, isUnique, isPrimary, await AsPostgresWritesAsync(table, filter)));
        }

        var found = (await Catalog.IndexesAsync(api.Database.Source))
            .Select(index => (index.Table, index.Name, string.Join(", ", index.Columns), index.IsUnique, index.IsPrimary, index.Condition));
        Assert.Equal(described.Order(), found.Order());
    }

    [Fact]
    public async Task Every_foreign_key_is_the_models()
    {
        var described = _model.Tables.SelectMany(table => table.ForeignKeyConstraints.Select(key => (
            table.Name, key.Name, $"FOREIGN KEY ({Names(key.Columns)}) REFERENCES {key.PrincipalTable.Name}({Names(key.PrincipalColumns)}){(key.OnDeleteAction == ReferentialAction.Cascade ? " ON DELETE CASCADE" : "")}")));

        Assert.Equal(described.Order(), (await Catalog.ConstraintsAsync(api.Database.Source, 'f')).Order());
    }

    [Fact]
    public async Task Every_check_is_the_models()
    {
        var described = new List<(string, string, string)>();
        foreach (var table in _model.Tables)
        {
            foreach (var check in table.CheckConstraints)
            {
                described.Add((table.Name, check.Name!, $"CHECK ({await AsPostgresWritesAsync(table.Name, check.Sql)})"));
            }
        }

        Assert.Equal(described.Order(), (await Catalog.ConstraintsAsync(api.Database.Source, 'c')).Order());
    }

    [Fact]
    public async Task No_index_of_runs_can_pass_for_one_that_keeps_organizations_apart()
        => Assert.All(
            (await Catalog.IndexesAsync(api.Database.Source)).Where(index => index.Table == "workflow_runs" && index.Condition.Length == 0),
            index => Assert.Equal("organization_id", index.Columns[0]));

    private static string Names(IEnumerable<IColumn> columns) => string.Join(", ", columns.Select(column => column.Name));

    private static IRelationalModel ModelOf(ApiFixture api)
    {
        using var context = api.Services.GetRequiredService<IDbContextFactory<WorkflowsContext>>().CreateDbContext();
        // The model that describes checks; the one for running has forgotten them.
        return context.GetService<IDesignTimeModel>().Model.GetRelationalModel();
    }

    // PostgreSQL shows conditions in its own words, so it is asked for its words of the model's condition.
    private async Task<string> AsPostgresWritesAsync(string table, string condition)
    {
        if (condition.Length == 0)
        {
            return "";
        }

        await using var connection = await api.Database.Source.OpenConnectionAsync();
        await using var undone = await connection.BeginTransactionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            ALTER TABLE {table} ADD CONSTRAINT ck_spelling CHECK ({condition});
            SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'ck_spelling';
            """;
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
