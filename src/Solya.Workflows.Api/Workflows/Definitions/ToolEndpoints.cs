using System.Text.Json;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Execution;

namespace Solya.Workflows.Api.Workflows.Definitions;

/// <summary>What helps while a workflow is drawn; nothing is stored.</summary>
internal static class ToolEndpoints
{
    public static void MapTools(this IEndpointRouteBuilder api)
    {
        var tools = api.MapGroup("/").WithTags("Workflows");

        tools.MapPost("/validate", Validate)
            .Validate<ValidateGraphRequest>()
            .Answers<ValidationResponse>(200, 400, 401, 413, 415, 422)
            .WithName("ValidateGraph")
            .WithSummary("Ask what is wrong with a graph");
        tools.MapPost("/test-node", TestAsync)
            .Validate<TestNodeRequest>()
            .MayTakeLong()
            .Answers<TestNodeResponse>(200, 400, 401, 413, 415, 422)
            .WithName("TestNode")
            .WithSummary("Execute one node now, effects included, without a run");
    }

    private static Answer Validate(Input<ValidateGraphRequest> input)
    {
        var errors = new FieldErrors();
        GraphFields.Check(input.Value.Nodes!.Value, input.Value.Edges, errors);
        return Answer.Of(
            200,
            new ValidationResponse(!errors.Any, [.. errors.All.Select(error => new GraphError(error.Field, error.Message))]),
            WorkflowsJson.Face.ValidationResponse);
    }

    private static async Task<Answer> TestAsync(HttpContext context, Input<TestNodeRequest> input, NodeTester tester, CancellationToken ct)
    {
        var given = input.Value.Context is { } document ? new JsonText(document.Text) : JsonText.EmptyObject;
        var (faults, tested) = await tester.TestAsync(Caller.Of(context).OrganizationId, JsonElement.Parse($"[{input.Value.Node!.Value.Text}]"), given, ct);
        if (tested is null)
        {
            // The only node of the graph is the request's one.
            return WorkflowsErrors.Instance.Invalid(
                [.. faults.Select(fault => new FieldError(fault.Path.Replace("nodes[0]", "node", StringComparison.Ordinal), FieldErrorCodes.InvalidValue, fault.Message))]);
        }

        return Answer.Of(200, tested, WorkflowsJson.Face.TestNodeResponse);
    }
}
