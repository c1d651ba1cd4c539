using Npgsql;

namespace Solya.Workflows.Postgres.Writes;

/// <summary>
/// The transaction that the current request's writes belong to, when several of them must commit together: a keyed
/// request's effect and its remembered answer. Without one every write commits by itself.
/// </summary>
public sealed class AmbientTransaction
{
    /// <summary>The connection with the open transaction; null when there is none.</summary>
    internal NpgsqlConnection? Connection { get; set; }
}
