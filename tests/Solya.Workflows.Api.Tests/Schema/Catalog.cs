using Npgsql;

namespace Solya.Workflows.Api.Tests.Schema;

/// <summary>What PostgreSQL itself says of the tables.</summary>
internal static class Catalog
{
    /// <summary>Each line: table, column, type, whether it takes null; in the order of the table.</summary>
    public static Task<List<(string Table, string Column, string Type, bool IsNullable)>> ColumnsAsync(NpgsqlDataSource source) => ReadAsync(
        source,
        """
        SELECT relation.relname::text, attname::text, format_type(atttypid, atttypmod), NOT attnotnull
          FROM pg_attribute JOIN pg_class relation ON relation.oid = attrelid
         WHERE relation.relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
           AND relation.relname <> '__EFMigrationsHistory'
         ORDER BY relation.relname, attnum
        """,
        row => (row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3)));

    /// <summary>Each index with its columns in order, its uniqueness and its condition; primary keys too.</summary>
    public static Task<List<Index>> IndexesAsync(NpgsqlDataSource source) => ReadAsync(
        source,
        """
        SELECT relation.relname::text, entry.relname::text,
               ARRAY(SELECT attname::text FROM unnest(indkey::int2[]) WITH ORDINALITY AS part(number, place)
                       JOIN pg_attribute ON attrelid = indrelid AND attnum = part.number ORDER BY place),
               indisunique, indisprimary, coalesce(pg_get_expr(indpred, indrelid), '')
          FROM pg_index JOIN pg_class relation ON relation.oid = indrelid JOIN pg_class entry ON entry.oid = indexrelid
         WHERE relation.relnamespace = 'public'::regnamespace AND relation.relname <> '__EFMigrationsHistory'
         ORDER BY relation.relname, indisprimary DESC, entry.relname
        """,
        row => new Index(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2), row.GetBoolean(3), row.GetBoolean(4), row.GetString(5)));

    /// <summary>Each CHECK (c) or FOREIGN KEY (f): table, name, definition.</summary>
    public static Task<List<(string Table, string Name, string Definition)>> ConstraintsAsync(NpgsqlDataSource source, char kind) => ReadAsync(
        source,
        $"""
        SELECT relation.relname::text, conname::text, pg_get_constraintdef(pg_constraint.oid)
          FROM pg_constraint JOIN pg_class relation ON relation.oid = conrelid
         WHERE contype = '{kind}' AND relation.relnamespace = 'public'::regnamespace
         ORDER BY 1, 2
        """,
        row => (row.GetString(0), row.GetString(1), row.GetString(2)));

    private static async Task<List<T>> ReadAsync<T>(NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = source.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        var list = new List<T>();
        while (await rows.ReadAsync())
        {
            list.Add(read(rows));
        }

        return list;
    }

    internal sealed record Index(string Table, string Name, string[] Columns, bool IsUnique, bool IsPrimary, string Condition)
    {
        public string Definition =>
            $"{(IsPrimary ? "primary key" : IsUnique ? "unique" : "index")} ({string.Join(", ", Columns)}){(Condition.Length > 0 ? $" WHERE {Condition}" : "")}";
    }
}
