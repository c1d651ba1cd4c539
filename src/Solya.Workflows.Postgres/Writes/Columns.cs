using Npgsql;
using NpgsqlTypes;

namespace Solya.Workflows.Postgres.Writes;

/// <summary>Adds a column of a group of rows to a statement: one array parameter, taken apart there by <c>unnest</c>.</summary>
internal static class Columns
{
    public static void AddColumn<TRow, TValue>(
        this NpgsqlParameterCollection parameters, NpgsqlDbType type, IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }

        parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
