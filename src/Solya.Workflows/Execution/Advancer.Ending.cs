using Solya.Workflows.Events;
using Solya.Workflows.Graphs;
using Solya.Workflows.Steps;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Execution;

/// <content>How steps end.</content>
public sealed partial class Advancer
{
    private void Succeed(StepState step, JsonText output)
    {
        if (output.Text.Length > MaxDocument)
        {
            Fail(step, new(StepError.TooLarge, "The step's output is larger than 1 MiB."));
            return;
        }

        EnsureRunning();
        step.Output = output;
        step.Error = null;
        Move(step, StepTrigger.WorkSucceeded, RunEventTypes.StepCompleted, null);
    }

    private void Fail(StepState step, StepError error)
    {
        EnsureRunning();
        step.Error = error;
        Move(step, StepTrigger.WorkFailed, RunEventTypes.StepFailed, ErrorPayload(error, step));
    }

    private void FailAttempt(StepState step, GraphNode node, StepError error, bool isRetryable, TimeSpan? retryAfter)
    {
        if (!isRetryable || step.Attempt >= node.Retry.MaxAttempts)
        {
            Fail(step, error);
            return;
        }

        EnsureRunning();
        var rest = node.Retry.RestAfter(step.Attempt, _draw());
        if (retryAfter > rest)
        {
            rest = retryAfter.Value;
        }

        step.Error = error;
        step.WaitKind = WaitKind.Retry;
        step.WaitUntil = _now + TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds));
        Move(step, StepTrigger.RestBegan, RunEventTypes.StepRetrying, ErrorPayload(error, step));
    }

    private void Skip(StepState step)
    {
        step.StartedAt = _now;
        Move(step, StepTrigger.NotReached, RunEventTypes.StepSkipped, null);
    }

    private void EndApproval(StepState step, ApprovalNode node)
    {
        switch (node.OnTimeout)
        {
            case OnApprovalTimeout.Approve:
                _decisions.ClosedApprovals.Add(new(step, "APPROVED"));
                Decided("APPROVED");
                Succeed(step, new("""{"decision":"approved","decidedBy":null,"timedOut":true}"""));
                break;
            case OnApprovalTimeout.Reject:
                _decisions.ClosedApprovals.Add(new(step, "REJECTED"));
                Decided("REJECTED");
                Fail(step, new(StepError.ApprovalRejected, "Nobody decided in time, which counts as a rejection."));
                break;
            case OnApprovalTimeout.Fail:
                _decisions.ClosedApprovals.Add(new(step, "TIMED_OUT"));
                Decided("TIMED_OUT");
                Fail(step, new(StepError.ApprovalTimeout, "Nobody decided in time."));
                break;
        }

        void Decided(string decision)
        {
            EnsureRunning();
            _decisions.Events.Add(new(RunEventTypes.ApprovalDecided, step.Id, StepStatus.Running.Text(), $$"""{"decision":"{{decision}}","timedOut":true}"""));
        }
    }

    /// <summary>Ends what is open in a scope that has failed, and all that is open inside of it.</summary>
    private void CallOff(WorkflowGraph graph, string iteration)
    {
        foreach (var node in graph.Nodes)
        {
            if (_run.Steps.TryGetValue(new(node.Id, iteration), out var step) && !step.Status.IsTerminal())
            {
                CallOffBodies(node, step);
                CallOff(step);
            }
        }
    }

    private void CallOffBodies(GraphNode node, StepState step)
    {
        switch (node)
        {
            case ParallelNode parallel:
                foreach (var branch in parallel.Branches)
                {
                    CallOff(branch, step.Key.Iteration);
                }

                break;
            case ForeachNode each:
                for (var place = 0; place < (step.Config?.Element.GetProperty("items").GetArrayLength() ?? 0); place++)
                {
                    CallOff(each.Body, StepKey.Within(step.Key.Iteration, place));
                }

                break;
        }
    }

    // A retry of the run puts back what failed it, and leaves alone what it had come to terms with.
    private void MarkHandled(GraphNode node, StepState step)
    {
        step.IsErrorHandled = true;
        _changed.Add(step);
        var inside = WorkflowGraph.BodiesOf(node).SelectMany(body => body.AllNodes()).Select(inner => inner.Id).ToHashSet(StringComparer.Ordinal);
        if (inside.Count > 0)
        {
            var around = step.Key.Iteration;
            foreach (var inner in _run.Steps.Values.Where(inner => inside.Contains(inner.Key.NodeId) && inner.Key.Iteration.StartsWith(around, StringComparison.Ordinal)))
            {
                inner.IsErrorHandled = inner.Status is StepStatus.Failed or StepStatus.Cancelled;
                _changed.Add(inner);
            }
        }
    }

    private void CallOff(StepState step)
    {
        switch (step.WaitKind)
        {
            case WaitKind.Worker:
                _decisions.WorkerTasks.RemoveAll(task => task.Step == step);
                _decisions.DroppedWorkerTasks.Add(step);
                break;
            case WaitKind.Child:
                _decisions.AbandonedChildren.Add(step);
                break;
            case WaitKind.Approval:
                _decisions.ClosedApprovals.Add(new(step, "CANCELLED"));
                break;
            case null when step.Kind == NodeKind.Task:
                _decisions.Effects.RemoveAll(effect => effect.Step == step);
                _decisions.TableEffects.RemoveAll(effect => effect.Step == step);
                _decisions.CancelledEffects.Add(step.Key);
                break;
        }

        Move(step, StepTrigger.CalledOff, RunEventTypes.StepCancelled, null);
    }

    private void Move(StepState step, StepTrigger trigger, string eventType, string? payload)
    {
        step.Status = StepTransitions.Next(step.Status, trigger)
            ?? throw new InvalidOperationException($"A {step.Status} step does not take {trigger}.");
        if (step.Status.IsTerminal())
        {
            step.WaitKind = null;
            step.WaitUntil = null;
            step.CompletedAt = _now;
        }

        _changed.Add(step);
        _decisions.Events.Add(new(eventType, step.Id, step.Status.Text(), payload));
    }

    private void MergeIntoState(JsonText values)
    {
        _run.State = Documents.Merge(_run.State, values);
        if (_run.State.Text.Length > MaxDocument)
        {
            throw new Expressions.ExpressionException("The run's state would be larger than 1 MiB.", 0);
        }

        _decisions.StateChanged = true;
    }

    private static string ErrorPayload(StepError error, StepState step) => Json.Write(writer =>
    {
        writer.WriteString("step", step.Key.NodeId);
        writer.WriteString("code", error.Code);
        writer.WriteString("message", error.Message);
        writer.WriteNumber("attempt", step.Attempt);
        if (step.WaitKind == WaitKind.Retry)
        {
            writer.WriteString("retryAt", Timestamp.Format(step.WaitUntil!.Value));
        }
    });

    private static string WaitPayload(StepState step) => Json.Write(writer =>
    {
        writer.WriteString("waitsFor", step.WaitKind!.Value.Text());
        if (step.SignalType is not null)
        {
            writer.WriteString("signalType", step.SignalType);
        }

        if (step.WaitUntil is { } until)
        {
            writer.WriteString("until", Timestamp.Format(until));
        }
    });
}
