using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Approvals;

namespace Solya.Workflows.Api.Workflows.Runs;

/// <param name="Context">What the run is started with; <c>{}</c> when left out. Kept as sent.</param>
public sealed record ExecuteRequest(RawJson? Context) : IBodyRequest<ExecuteRequest>
{
    static bool IBodyRequest<ExecuteRequest>.IsBodyOptional => true;

    static ExecuteRequest IBodyRequest<ExecuteRequest>.Read(JsonFields body) => new(body.OptionalDocument("context"));
}

/// <summary>Commands need no body, and ignore the fields of one.</summary>
public sealed record CommandRequest : IBodyRequest<CommandRequest>
{
    static bool IBodyRequest<CommandRequest>.IsBodyOptional => true;

    static CommandRequest IBodyRequest<CommandRequest>.Read(JsonFields body) => new();
}

/// <param name="Page">From 1; twenty a page.</param>
public sealed record ListExecutionsQuery(int? Page) : IQueryRequest<ListExecutionsQuery>
{
    static ListExecutionsQuery IQueryRequest<ListExecutionsQuery>.Read(QueryFields query) => new(query.Integer("page", 1, int.MaxValue / Pages.Size));
}

/// <param name="SignalType">What a node waits for, or will wait for; <c>signalType</c> is taken too, as nodes spell it.</param>
/// <param name="Payload">Becomes the node's output; <c>{}</c> when left out.</param>
/// <param name="DedupId">A second signal of the run with the same one changes nothing.</param>
public sealed record SignalRequest(string? SignalType, RawJson? Payload, string? DedupId) : IBodyRequest<SignalRequest>
{
    static SignalRequest IBodyRequest<SignalRequest>.Read(JsonFields body)
    {
        var type = body.OptionalText("signalType") ?? body.Text("signal_type");
        var dedup = body.OptionalText("dedupId") ?? body.OptionalText("dedup_id");
        NameRule(body, "signal_type", type);
        NameRule(body, "dedup_id", dedup);
        return new(type, body.OptionalDocument("payload"), dedup);
    }

    private static void NameRule(JsonFields body, string name, string? value)
    {
        if (value is { Length: 0 or > Rules.MaxName })
        {
            body.Errors.Add(name, FieldErrorCodes.OutOfRange, $"'{name}' must have 1 to {Rules.MaxName} characters.");
        }
    }
}

/// <param name="Decision">approved, rejected or edited.</param>
/// <param name="EditedContent">With edited: any JSON value, which replaces what was to be approved.</param>
public sealed record DecisionRequest(string? Decision, RawJsonValue? EditedContent) : IBodyRequest<DecisionRequest>
{
    static DecisionRequest IBodyRequest<DecisionRequest>.Read(JsonFields body)
    {
        var request = new DecisionRequest(body.Text("decision"), body.OptionalValue("edited_content") ?? body.OptionalValue("editedContent"));
        if (request.Decision is not null && request.Status is null)
        {
            body.Errors.Add("decision", FieldErrorCodes.InvalidValue, "'decision' must be one of approved, rejected, edited.");
        }

        if ((request.Status == ApprovalStatus.Edited) != request.EditedContent is not null && request.Status is not null)
        {
            body.Errors.Add("edited_content", FieldErrorCodes.NotAllowed, "'edited_content' goes with the decision 'edited', and with no other.");
        }

        return request;
    }

    internal ApprovalStatus? Status => Decision switch
    {
        "approved" => ApprovalStatus.Approved,
        "rejected" => ApprovalStatus.Rejected,
        "edited" => ApprovalStatus.Edited,
        _ => null,
    };
}
