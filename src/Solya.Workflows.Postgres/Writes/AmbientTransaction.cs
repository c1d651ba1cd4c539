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

    private readonly List<Action> _afterCommit = [];

    /// <summary>Notes what others may be told once the transaction stands; it is forgotten when the transaction is.</summary>
    internal void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>The transaction has committed.</summary>
    internal void Committed()
    {
        _afterCommit.ForEach(action => action());
        _afterCommit.Clear();
    }
}
