using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Solya.Workflows.Failures;
using Solya.Workflows.Postgres.Failures;

namespace Solya.Workflows.Postgres.Writes;

/// <summary>
/// Opens a context's connection apart from its first statement: what fails here has certainly not happened, what fails
/// later may have.
/// </summary>
internal static class ContextWrites
{
    /// <exception cref="DatabaseUnavailableException">No connection was to be had; nothing has happened.</exception>
    public static async Task OpenForWritingAsync(this WorkflowsContext context, CancellationToken ct)
    {
        try
        {
            await context.Database.OpenConnectionAsync(ct);
        }
        catch (Exception failure) when (DatabaseFailure.Classify(failure, writing: false) is { } unavailable)
        {
            throw unavailable;
        }
    }

    /// <inheritdoc cref="OpenForWritingAsync"/>
    public static async Task<IDbContextTransaction> BeginWritingAsync(this WorkflowsContext context, CancellationToken ct)
    {
        await context.OpenForWritingAsync(ct);
        return await context.Database.BeginTransactionAsync(ct);
    }
}
