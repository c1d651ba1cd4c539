using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Runs;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.V1.BulkRuns;

/// <summary>What can be done to many runs.</summary>
public enum BulkAction
{
    /// <summary>Calls runs off.</summary>
    [Wire("cancel")]
    Cancel,

    /// <summary>Sends failed runs on from the steps that failed.</summary>
    [Wire("retry")]
    Retry,
}

/// <summary>Either ids or a filter.</summary>
/// <param name="Ids">1 to 1,000.</param>
/// <param name="Filter">The newest 1,000 runs that match and that the action can move.</param>
public sealed record BulkRunRequest(BulkAction? Action, IReadOnlyList<string>? Ids, BulkRunFilter? Filter) : IBodyRequest<BulkRunRequest>
{
    public const int Most = 1_000;

    static BulkRunRequest IBodyRequest<BulkRunRequest>.Read(JsonFields body)
    {
        var request = new BulkRunRequest(
            body.Enum<BulkAction>("action"), body.OptionalTexts("ids", 1, Most), body.OptionalObject("filter", BulkRunFilter.Read));
        if (body.Has("ids") && body.Has("filter"))
        {
            body.Errors.Add("filter", FieldErrorCodes.NotAllowed, "'ids' and 'filter' exclude each other.");
        }
        else if (!body.Has("ids") && !body.Has("filter"))
        {
            body.Errors.Add("ids", FieldErrorCodes.Required, "Either 'ids' or 'filter' is required.");
        }

        return request;
    }
}

/// <summary>Which runs; what is left out filters nothing.</summary>
/// <param name="Status">Left out: those statuses that the action can move.</param>
public sealed record BulkRunFilter(RunStatus? Status, string? DefinitionId, string? ErrorCode, DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore)
{
    internal static BulkRunFilter Read(JsonFields filter) => new(
        filter.OptionalEnum<RunStatus>("status"),
        filter.OptionalText("definitionId"),
        filter.OptionalText("errorCode"),
        filter.OptionalInstant("createdAfter"),
        filter.OptionalInstant("createdBefore"));

    // An id that is no id names a definition that has no runs.
    internal RunFilter ToFilter(string organizationId) => new(
        organizationId,
        Status,
        DefinitionId is null ? null : PublicId.Parse(PublicId.Definition, DefinitionId) ?? Guid.Empty,
        CreatedAfter,
        CreatedBefore,
        ErrorCode);
}

/// <param name="Succeeded">The ids of the runs that were moved.</param>
/// <param name="Failed">Why the others were not, by id.</param>
public sealed record BulkRunResponse(IReadOnlyList<string> Succeeded, IReadOnlyDictionary<string, string> Failed);
