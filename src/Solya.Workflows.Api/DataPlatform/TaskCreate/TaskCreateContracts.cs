using System.ComponentModel.DataAnnotations;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Tasks;

namespace Solya.Workflows.Api.DataPlatform.TaskCreate;

/// <param name="Domains">Action-vector domains to materialize tasks for; repeated ones count once.</param>
/// <param name="MinConfidence">Candidates with a numeric confidence below it are suppressed; 0 disables filtering.</param>
/// <param name="Perimeter">The (variantId, shopId) pairs of the trigger's matched entities; repeated ones count once.</param>
/// <param name="WorkflowRunId">Databricks workflow run id; stamped on every task that this call makes or refreshes.</param>
public sealed record TaskCreateRequest(
    string? OrganizationId,
    [property: MinLength(1)] IReadOnlyList<TaskDomain?>? Domains,
    [property: Range(0d, 1d)] double? MinConfidence,
    IReadOnlyList<PerimeterEntry>? Perimeter,
    string? WorkflowRunId)
    : IBodyRequest<TaskCreateRequest>
{
    /// <summary>What one call may make tasks for: pairs times domains.</summary>
    internal const int MaxCandidates = 300_000;

    static int IBodyRequest<TaskCreateRequest>.MaxBodyBytes => RequestBody.BulkBytes;

    static TaskCreateRequest IBodyRequest<TaskCreateRequest>.Read(JsonFields body) => new(
        body.Text("organizationId"),
        body.Array("domains", 1, 1_000, (entry, path) => new JsonFields(entry, "", body.Errors).EnumOf<TaskDomain>(path, entry)),
        body.Number("minConfidence", 0, 1),
        body.Objects("perimeter", 0, MaxCandidates, PerimeterEntry.Read),
        body.Text("workflowRunId"));

    internal TaskCreation ToCreation()
    {
        var candidates = new HashSet<Candidate>();
        foreach (var domain in Domains!.Distinct())
        {
            foreach (var pair in Perimeter!)
            {
                candidates.Add(new Candidate(domain!.Value, pair.VariantId!, pair.ShopId!));
            }
        }

        return new(OrganizationId!, [.. candidates], MinConfidence!.Value, WorkflowRunId!);
    }
}

/// <summary>One variant in one shop.</summary>
public sealed record PerimeterEntry(string? VariantId, string? ShopId)
{
    internal static PerimeterEntry Read(JsonFields entry) => new(entry.Text("variantId"), entry.Text("shopId"));
}

/// <param name="Created">Candidates that became new tasks.</param>
/// <param name="Updated">Candidates whose open task was refreshed.</param>
/// <param name="Suppressed">Candidates left out for their confidence; with the other two it makes up all candidates.</param>
public sealed record TaskCreateResponse(int Created, string SuccessCode, int Suppressed, int Updated, string WorkflowRunId);
