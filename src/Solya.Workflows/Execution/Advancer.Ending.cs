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
            rest = retryAfter < LongestWait ? retryAfter.Value : LongestWait;
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
            foreach (var inner in _run.Steps.Values.Where(inner => inside.Contains(inner.Key.NodeId) && inner.Key.IsWithin(step.Key.Iteration)))
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
        var merged = Documents.Merge(_run.State, values);
        if (merged.Text.Length > MaxDocument)
        {
            throw new DocumentTooLargeException("The run's state would be larger than 1 MiB.");
        }

        _run.State = merged;
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
}
