using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Idempotency;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Postgres.Repositories;

namespace Solya.Workflows.Api.DataPlatform.TaskCreate;

internal static class TaskCreateEndpoints
{
    public static void MapTaskCreate(this IEndpointRouteBuilder api)
        => api.MapPost("/workflow-actions/task-create", CreateAsync)
            .WithTags("Task create")
            .Validate<TaskCreateRequest>()
            .MayTakeLong()
            .Idempotent()
            .Answers<TaskCreateResponse>(400, 409, 413, 415, 422)
            .WithName("CreateTasks")
            .WithSummary("Create ACTION_VECTOR tasks for a workflow run's trigger perimeter");

    private static async Task<Answer> CreateAsync(Input<TaskCreateRequest> input, TaskRepository tasks, CancellationToken ct)
    {
        var result = await tasks.CreateTasksAsync(input.Value.ToCreation(), ct);
        return DataPlatformAnswers.Success(
            new TaskCreateResponse(result.Created, "WORKFLOW_TASKS_CREATED", result.Suppressed, result.Updated, input.Value.WorkflowRunId!),
            DataPlatformJson.Face.SuccessResponseTaskCreateResponse);
    }
}
