using System.Globalization;
using Solya.Workflows.Events;
using Solya.Workflows.Graphs;
using Solya.Workflows.Steps;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Execution;

/// <content>How steps wait for time, signals and people, and how that ends.</content>
public sealed partial class Advancer
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(10 * 366);

    private void Wait(StepState step, WaitNode wait, RunScope scope)
    {
        DateTimeOffset until;
        if (wait.DurationMs is { } duration)
        {
            var value = duration.RenderValue(scope);
            var unit = wait.Unit ?? TimeSpan.FromMilliseconds(1);
            if (!double.TryParse(value.ToText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var count)
                || !(count >= 0 && count * unit.TotalMilliseconds <= LongestWait.TotalMilliseconds))
            {
                Fail(step, new(StepError.InvalidConfig, wait.Unit is null
                    ? "'durationMs' must be a number of milliseconds from 0 to ten years."
                    : "'duration' must be a number, in its unit from 0 to ten years."));
                return;
            }

            // One more: the time it starts from is cut to the millisecond, and no wait may end early.
            var milliseconds = count * unit.TotalMilliseconds;
            until = milliseconds == 0 ? _now : _now + TimeSpan.FromMilliseconds(Math.Ceiling(milliseconds) + 1);
        }
        else if (!Timestamp.TryParse(wait.Until!.RenderValue(scope).ToText(), out until))
        {
            Fail(step, new(StepError.InvalidConfig, "What the wait ends with must be a UTC date-time such as 2026-05-23T06:00:05.000Z."));
            return;
        }

        if (until <= _now)
        {
            Succeed(step, JsonText.EmptyObject);
            return;
        }

        WaitFor(step, WaitKind.Timer, until);
    }

    private void WaitForSignal(StepState step, SignalNode signal, RunScope scope)
    {
        step.SignalType = signal.SignalType.RenderValue(scope).ToText();
        if (_run.Signals.Find(kept => kept.SignalType == step.SignalType) is { } kept)
        {
            TakeSignal(step, kept);
        }
        else
        {
            WaitFor(step, WaitKind.Signal, signal.Timeout is { } timeout ? _now + timeout : null);
        }
    }

    /// <summary>Gives the signals that came while steps were waiting to them: the oldest to who has waited longest.</summary>
    private void TakeSignals()
    {
        foreach (var kept in _run.Signals.ToList())
        {
            if (_run.Steps.Values
                .Where(step => step.WaitKind == WaitKind.Signal && step.SignalType == kept.SignalType)
                .MinBy(step => (step.StartedAt, step.Id)) is not { } step)
            {
                continue;
            }

            try
            {
                TakeSignal(step, kept);
            }
            catch (DocumentTooLargeException tooLarge)
            {
                Fail(step, new(StepError.TooLarge, tooLarge.Message));
            }
        }
    }

    // Taken even when there is no room for its payload: a retry of the run can then wait for a smaller one.
    private void TakeSignal(StepState step, KeptSignal kept)
    {
        _run.Signals.Remove(kept);
        _decisions.Signals.Add(new(kept.Sequence, step));
        MergeIntoState(kept.Payload);
        Succeed(step, kept.Payload);
    }

    private void AskForApproval(StepState step, ApprovalNode approval, RunScope scope)
    {
        var content = approval.ContentKey is { } key && _run.State.Element.TryGetProperty(key, out var found) ? found.GetRawText() : null;
        _decisions.Approvals.Add(new(
            step, approval.ContentKey, approval.Prompt?.RenderValue(scope).ToText(), approval.Approvers?.Render(scope), content));
        _decisions.Events.Add(new(RunEventTypes.ApprovalRequested, step.Id, StepStatus.Running.Text(), null));
        WaitFor(step, WaitKind.Approval, approval.Timeout is { } timeout ? _now + timeout : null);
    }

    private void WaitFor(StepState step, WaitKind kind, DateTimeOffset? until)
    {
        step.WaitKind = kind;
        step.WaitUntil = until;
        Move(step, StepTrigger.AttemptBegan, RunEventTypes.StepStarted, WaitPayload(step));
    }

    private void EndWait(StepState step)
    {
        var node = NodeOf(step);
        switch (step.WaitKind)
        {
            case WaitKind.Timer:
                Succeed(step, JsonText.EmptyObject);
                break;
            case WaitKind.Retry:
                BeginAttempt(step, (TaskNode)node);
                break;
            case WaitKind.Signal:
                Fail(step, new(StepError.SignalTimeout, $"No signal '{step.SignalType}' came in time."));
                break;
            case WaitKind.Child:
                _decisions.AbandonedChildren.Add(step);
                Fail(step, new(StepError.StepTimeout, "The run that the step waits for did not end in time."));
                break;
            case WaitKind.Approval:
                EndApproval(step, (ApprovalNode)node);
                break;
            case WaitKind.Worker:
                _decisions.DroppedWorkerTasks.Add(step);
                FailAttempt(step, node, new(StepError.StepTimeout, "No worker finished the step in time."), isRetryable: true, null);
                break;
        }
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
