using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>Steps that wait for a person.</summary>
public class ApprovalsTests
{
    [Fact]
    public void A_run_pauses_until_somebody_has_decided()
    {
        var run = new RunDriver("""
            [ { "name": "set", "type": "task", "handler": "state.set", "config": { "draft": { "text": "Hi" } } },
              { "name": "ask", "type": "approval", "contentKey": "draft", "prompt": "Send to {{ input.to }}?", "approvers": ["{{ input.to }}", "b"] } ]
            """, """{ "to": "a" }""").Advance();

        run.IsNow(RunStatus.Paused);
        var asked = Assert.Single(run.Last.Approvals);
        Assert.Equal((run["ask"], "draft", "Send to a?", """["a", "b"]""", """{ "text": "Hi" }"""), (asked.Step, asked.ContentKey, asked.Prompt, asked.Approvers, asked.Content));
        Assert.Equal((StepStatus.Running, WaitKind.Approval, null), (run["ask"].Status, run["ask"].WaitKind, run["ask"].WaitUntil));
        Assert.Contains(run.Events, happening => happening.EventType == RunEventTypes.ApprovalRequested);

        run.EndOutside("ask", RunTrigger.ApprovalDecided, """{"decision":"approved"}""").IsNow(RunStatus.Completed);
        Assert.Equal(["RUNNING", "PAUSED", "RUNNING", "COMPLETED"], run.Statuses);
    }

    [Fact]
    public void What_is_to_be_approved_may_not_exist()
    {
        var run = new RunDriver("""[ { "name": "ask", "type": "approval", "contentKey": "draft" } ]""").Advance();

        Assert.Null(Assert.Single(run.Last.Approvals).Content);
        run.IsNow(RunStatus.Paused);
    }

    [Fact]
    public void A_rejection_fails_the_run_through_running()
    {
        var run = new RunDriver("""[ { "name": "ask", "type": "approval" } ]""").Advance();

        run.EndOutside("ask", RunTrigger.ApprovalDecided, null, new(StepError.ApprovalRejected, "No.")).IsNow(RunStatus.Failed);

        Assert.Equal(StepError.ApprovalRejected, run.Run.Error!.Code);
        Assert.Equal(["RUNNING", "PAUSED", "RUNNING", "FAILED"], run.Statuses);
    }

    [Theory]
    [InlineData("", RunStatus.Failed, "TIMED_OUT", StepError.ApprovalTimeout)]
    [InlineData(""", "onTimeout": "fail" """, RunStatus.Failed, "TIMED_OUT", StepError.ApprovalTimeout)]
    [InlineData(""", "onTimeout": "reject" """, RunStatus.Failed, "REJECTED", StepError.ApprovalRejected)]
    [InlineData(""", "onTimeout": "approve" """, RunStatus.Completed, "APPROVED", null)]
    public void The_definition_says_what_silence_means(string onTimeout, RunStatus ends, string closed, string? code)
    {
        var run = new RunDriver($$"""[ { "name": "ask", "type": "approval", "timeoutMs": 1000{{onTimeout}} } ]""").Advance().After(999);
        run.IsNow(RunStatus.Paused);

        run.Reload();
        run.After(1).IsNow(ends);

        Assert.Equal((run["ask"], closed), (Assert.Single(run.Last.ClosedApprovals).Step, run.Last.ClosedApprovals[0].Status));
        Assert.Equal(code, run.Run.Error?.Code);
        Assert.Contains(run.Events, happening => happening.EventType == RunEventTypes.ApprovalDecided);
        Assert.Equal(["RUNNING", "PAUSED", "RUNNING", ends.ToString().ToUpperInvariant()], run.Statuses);
    }

    [Fact]
    public void A_prompt_that_cannot_be_computed_asks_nobody()
    {
        var run = new RunDriver("""[ { "name": "ask", "type": "approval", "prompt": "{{ input.nothing }}" } ]""").Advance();

        run.IsNow(RunStatus.Failed);
        Assert.Empty(run.Last.Approvals);
        Assert.Equal(StepError.Expression, run.Run.Error!.Code);
    }
}
