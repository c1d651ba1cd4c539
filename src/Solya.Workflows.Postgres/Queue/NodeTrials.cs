using Microsoft.Extensions.DependencyInjection;
using Solya.Workflows.Execution;

namespace Solya.Workflows.Postgres.Queue;

/// <summary>Effects on the service's own tables for a node that is tried without a run.</summary>
public sealed class NodeTrials(Database database, IServiceScopeFactory scopes)
{
    /// <summary>Does the effect, in a transaction of its own.</summary>
    public Task<Fact> ExecuteAsync(RunState run, EffectStart effect, CancellationToken ct) => database.WriteLongAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await using var scope = scopes.CreateAsyncScope();
            var fact = await TableEffects.ExecuteAsync(scope.ServiceProvider, connection, run, effect, ct);
            await transaction.CommitAsync(ct);
            return fact;
        },
        ct);
}
