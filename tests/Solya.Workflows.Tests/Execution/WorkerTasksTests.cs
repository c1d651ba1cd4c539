using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Work that is offered to workers outside.</summary>
public class WorkerTasksTests
{
    [Fact]
    public void Work_for_a_worker_is_offered_and_the_run_goes_on_running()
    {
        var run = Offered().Advance();

        run.IsNow(RunStatus.Running);
        Assert.Same(run["work"], Assert.Single(run.Last.WorkerTasks).Step);
        Assert.Empty(run.Last.Effects);
        Assert.Equal((StepStatus.Running, WaitKind.Worker, 1), (run["work"].Status, run["work"].WaitKind, run["work"].Attempt));
        Assert.Equal("""{ "id": 7 }""", run["work"].Config!.Text);
        Assert.Null(Advancer.NextDue(run.Run));

        run.EndOutside("work", null, """{"done":true}""").IsNow(RunStatus.Completed);
    }

    [Fact]
    public void A_worker_that_is_too_slow_loses_the_work_and_it_is_offered_again()
    {
        var run = Offered(""", "timeoutMs": 1000, "retry": { "maxAttempts": 2 }""").Advance().After(1000);

        Assert.Same(run["work"], Assert.Single(run.Last.DroppedWorkerTasks));
        Assert.Equal((WaitKind.Retry, StepError.StepTimeout), (run["work"].WaitKind, run["work"].Error!.Code));
        run.IsNow(RunStatus.Running);

        run.AtDue();
        Assert.Single(run.Last.WorkerTasks);
        Assert.Equal(2, run["work"].Attempt);

        run.After(1000).IsNow(RunStatus.Failed);
        Assert.Single(run.Last.DroppedWorkerTasks);
        Assert.Equal(StepError.StepTimeout, run.Run.Error!.Code);
    }

    [Fact]
    public void What_an_engine_says_of_a_workers_attempt_counts_for_nothing()
    {
        var run = Offered().Advance();

        run.Advance(run.Failure("work", code: StepError.AttemptInterrupted), run.Success("work"));

        Assert.False(run.Last.HasChanges);
        Assert.Equal(WaitKind.Worker, run["work"].WaitKind);
    }

    private static RunDriver Offered(string fields = "")
        => new($$$"""[ { "name": "work", "type": "task", "handler": "my.worker", "config": { "id": "{{ input.id }}" }{{{fields}}} } ]""", """{ "id": 7 }""");
}
