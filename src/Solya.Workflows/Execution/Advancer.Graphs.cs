using Solya.Workflows.Events;
using Solya.Workflows.Expressions;
using Solya.Workflows.Graphs;
using Solya.Workflows.Ids;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Execution;

/// <content>What only graphs have: choices of many ways, ends of whole runs, runs that wait for runs.</content>
public sealed partial class Advancer
{
    /// <summary>The step that has ended the whole run; nothing begins behind it.</summary>
    private StepState? _terminated;

    private void Choose(StepState step, SwitchNode choice, RunScope scope)
    {
        var value = choice.Expression.Evaluate(scope);
        var name = value.ToText();
        step.Branch = choice.Cases.Contains(name) ? name : SwitchNode.Default;
        Succeed(step, Checked($$"""{"value":{{value.ToJson()}},"case":{{Value.Of(step.Branch).ToJson()}}}"""));
    }

    private void End(StepState step, TerminateNode end, RunScope scope)
    {
        var message = end.Message?.RenderValue(scope).ToText();
        if (end.Status == TerminateStatus.Failed)
        {
            Fail(step, new(StepError.Terminated, message ?? $"Node '{end.Id}' ended the run."));
        }
        else
        {
            Succeed(step, Checked(Json.Write(writer =>
            {
                writer.WriteString("status", end.Status.Text());
                writer.WriteString("message", message);
            })));
        }

        _terminated = step;
    }

    /// <summary>Ends the whole run as a step has decided.</summary>
    private void Terminate(StepState end)
    {
        CallOff(_graph, "");
        EnsureRunning();
        if (end.Error is { } error)
        {
            _run.Error = error;
            MoveRun(RunTrigger.StepFailed, RunEventTypes.RunFailed, ErrorPayload(error, end));
        }
        else
        {
            _run.Output = end.Output;
            MoveRun(RunTrigger.AllStepsDone, RunEventTypes.RunCompleted, null);
        }
    }

    private void EndWithChildren()
    {
        foreach (var step in _run.Steps.Values.Where(step => step.WaitKind == WaitKind.Child && step.Child?.Status.IsTerminal() == true).ToList())
        {
            EndWithChild(step, step.Child!);
        }
    }

    private void EndWithChild(StepState step, ChildRun child)
    {
        var name = PublicId.Format(PublicId.FlowRun, child.RunId);
        if (child.Status == RunStatus.Completed)
        {
            Succeed(step, new($$"""{"run_id":"{{name}}","status":"completed","output":{{child.Output?.Text ?? "null"}}}"""));
            return;
        }

        var status = child.Status.Text().ToLowerInvariant();
        Fail(step, new(
            StepError.ChildFailed,
            child.Error is { } error ? $"Run {name} {status}: {error.Message}" : $"Run {name} was {status}.",
            Json.Write(writer =>
            {
                writer.WriteString("run_id", name);
                writer.WriteString("status", status);
                writer.WriteString("code", child.Error?.Code);
            })));
    }

    // By which way a run goes on that comes to terms with the failure of a node.
    private static string WayAfterFailure(GraphNode source) => source switch
    {
        ConditionNode => "false",
        SwitchNode => SwitchNode.Default,
        _ => "true",
    };
}
