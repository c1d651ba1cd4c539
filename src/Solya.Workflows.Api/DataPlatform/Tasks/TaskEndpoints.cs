using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Tasks;

namespace Solya.Workflows.Api.DataPlatform.Tasks;

internal static class TaskEndpoints
{
    public static void MapTasks(this IEndpointRouteBuilder api)
    {
        var tasks = api.MapGroup("/tasks").WithTags("Tasks");

        tasks.MapGet("/", ListAsync)
            .ValidateQuery<ListTasksQuery>()
            .Answers<ListResponse<TaskResponse>>(400)
            .WithName("ListTasks")
            .WithSummary("List tasks, newest first");
        tasks.MapPatch("/{id}", PatchAsync)
            .Validate<PatchTaskRequest>()
            .Answers<TaskResponse>(400, 404, 409, 413, 415)
            .WithName("PatchTask")
            .WithSummary("Mark an open task as done or dismissed; once");
    }

    private static async Task<Answer> ListAsync(Input<ListTasksQuery> input, TaskRepository tasks, CancellationToken ct)
    {
        var query = input.Value;
        var page = await tasks.ListTasksAsync(query.ToFilter(), query.Page, ct);
        return DataPlatformAnswers.Success(
            page.ToResponse(query.Page, TaskResponse.Of, task => task.Id),
            DataPlatformJson.Face.SuccessResponseListResponseTaskResponse);
    }

    private static async Task<Answer> PatchAsync(string id, Input<PatchTaskRequest> input, TaskRepository tasks, CancellationToken ct)
    {
        if (PublicId.Parse(PublicId.Task, id) is not { } taskId)
        {
            return DataPlatformErrors.TaskNotFound();
        }

        var trigger = input.Value.Status == WorkflowTaskStatus.Done ? TaskTrigger.MarkedDone : TaskTrigger.Dismissed;
        var receipt = await tasks.CloseTaskAsync(input.Value.OrganizationId!, taskId, trigger, ct);
        return receipt.Outcome switch
        {
            TaskOutcome.Closed => DataPlatformAnswers.Success(TaskResponse.Of(receipt.Task!), DataPlatformJson.Face.SuccessResponseTaskResponse),
            TaskOutcome.TaskNotFound => DataPlatformErrors.TaskNotFound(),
            TaskOutcome.TaskNotOpen => DataPlatformErrors.TaskNotOpen(),
        };
    }
}
