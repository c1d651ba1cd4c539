using System.Globalization;
using System.Text.Json;
using Solya.Workflows.Events;
using Solya.Workflows.Expressions;
using Solya.Workflows.Graphs;
using Solya.Workflows.Steps;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Execution;

/// <content>What begins when a node is reached.</content>
public sealed partial class Advancer
{
    /// <summary>The largest document a step may be given or may produce: 1 MiB of text.</summary>
    public const int MaxDocument = 1024 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(10 * 366);

    private void Start(GraphNode node, StepState step, IReadOnlyList<(JsonElement Item, int Index)> items)
    {
        EnsureRunning();
        step.StartedAt = _now;
        var scope = new RunScope(_graph.Dialect, _run, step.Key.Iteration, items);
        try
        {
            switch (node)
            {
                case EntryNode:
                    step.Attempt = 1;
                    Succeed(step, _run.Input);
                    break;
                case TextNode text:
                    step.Attempt = 1;
                    Succeed(step, new(Value.Of(text.Text.RenderValue(scope).ToText()).ToJson()));
                    break;
                case SwitchNode choice:
                    step.Attempt = 1;
                    Choose(step, choice, scope);
                    break;
                case TerminateNode end:
                    step.Attempt = 1;
                    End(step, end, scope);
                    break;
                case SetNode set:
                    step.Attempt = 1;
                    Set(step, set, scope);
                    break;
                case ConditionNode condition:
                    step.Attempt = 1;
                    var holds = condition.Expression.Test(scope);
                    step.Branch = holds ? "true" : "false";
                    Succeed(step, new(holds ? """{"result":true}""" : """{"result":false}"""));
                    break;
                case WaitNode wait:
                    Wait(step, wait, scope);
                    break;
                case SignalNode signal:
                    WaitForSignal(step, signal, scope);
                    break;
                case ApprovalNode approval:
                    AskForApproval(step, approval, scope);
                    break;
                case TaskNode task:
                    step.Config = Checked(task.Config.Render(scope));
                    BeginAttempt(step, task);
                    break;
                case ParallelNode:
                    Open(step, null);
                    break;
                case ForeachNode each:
                    OpenList(step, each, scope);
                    break;
                default:
                    throw new InvalidOperationException($"Nobody executes {node.GetType().Name}.");
            }
        }
        catch (ExpressionException wrong)
        {
            Fail(step, new(StepError.Expression, wrong.Message));
        }
    }

    private void Set(StepState step, SetNode set, RunScope scope)
    {
        var values = Checked(set.Values.Render(scope));
        if (set.MergesIntoState)
        {
            MergeIntoState(values);
        }

        Succeed(step, values);
    }

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

            var milliseconds = count * unit.TotalMilliseconds;

            // One more: the time it starts from is cut to the millisecond, and no wait may end early.
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
        if (!TakeSignal(step))
        {
            WaitFor(step, WaitKind.Signal, signal.Timeout is { } timeout ? _now + timeout : null);
        }
    }

    private bool TakeSignal(StepState step)
    {
        var index = _run.Signals.FindIndex(kept => kept.SignalType == step.SignalType);
        if (index < 0)
        {
            return false;
        }

        var taken = _run.Signals[index];
        _run.Signals.RemoveAt(index);
        _decisions.Signals.Add(new(taken.Sequence, step));
        step.Attempt = 1;
        MergeIntoState(taken.Payload);
        Succeed(step, taken.Payload);
        return true;
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
        step.Attempt = 1;
        step.WaitKind = kind;
        step.WaitUntil = until;
        Move(step, StepTrigger.AttemptBegan, RunEventTypes.StepStarted, WaitPayload(step));
    }

    /// <summary>Counts the attempt before it is made: one that takes its process down has been one.</summary>
    private void BeginAttempt(StepState step, TaskNode task)
    {
        EnsureRunning();
        step.Attempt++;
        step.ActionType = ActionTypeOf(task.Handler);
        step.WaitKind = null;
        step.WaitUntil = null;
        if (BuiltInHandlers.IsWorkers(task.Handler))
        {
            step.WaitKind = WaitKind.Worker;
            step.WaitUntil = task.Timeout is { } timeout ? _now + timeout : null;
            _decisions.WorkerTasks.Add(new(step, task));
        }
        else if (BuiltInHandlers.IsOnOwnTables(task.Handler))
        {
            _decisions.TableEffects.Add(new(step, task));
        }
        else
        {
            _decisions.Effects.Add(new(step, task));
        }

        Move(step, StepTrigger.AttemptBegan, RunEventTypes.StepStarted, $$"""{"attempt":{{step.Attempt}}}""");
    }

    // What the data platform calls the same work.
    private static ActionType? ActionTypeOf(string handler) => handler switch
    {
        BuiltInHandlers.HttpRequest => ActionType.CallWebhook,
        BuiltInHandlers.EmailSend => ActionType.SendEmail,
        BuiltInHandlers.CreateOrGetPlan => ActionType.CreateOrGetPlan,
        BuiltInHandlers.AddItemsToPlan => ActionType.AddItemsToPlan,
        _ => null,
    };

    private void OpenList(StepState step, ForeachNode each, RunScope scope)
    {
        if (step.Config is { } kept)
        {
            Open(step, kept); // put back by a retry of the run
            return;
        }

        var items = each.Items.RenderValue(scope).ToJson();
        using var document = JsonDocument.Parse(items);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            Fail(step, new(StepError.InvalidConfig, "'items' must be a list."));
        }
        else if (document.RootElement.GetArrayLength() > ForeachNode.MaxItems)
        {
            Fail(step, new(StepError.InvalidConfig, $"'items' may have at most {ForeachNode.MaxItems} entries; it has {document.RootElement.GetArrayLength()}."));
        }
        else
        {
            Open(step, Checked($$"""{"items":{{items}}}"""));
        }
    }

    // The items are kept with the step: a retry of the run works on the same list.
    private void Open(StepState step, JsonText? config)
    {
        step.Config = config;
        step.Attempt = 1;
        Move(step, StepTrigger.AttemptBegan, RunEventTypes.StepStarted, null);
    }

    private void AdvanceBodies(GraphNode node, StepState step, IReadOnlyList<(JsonElement Item, int Index)> items)
    {
        if (node is ParallelNode parallel)
        {
            AdvanceBranches(parallel, step, items);
        }
        else
        {
            AdvanceList((ForeachNode)node, step, items);
        }
    }

    private void AdvanceBranches(ParallelNode parallel, StepState step, IReadOnlyList<(JsonElement Item, int Index)> items)
    {
        var areDone = true;
        foreach (var branch in parallel.Branches)
        {
            var (isDone, failed) = AdvanceScope(branch, step.Key.Iteration, items);
            if (failed is not null)
            {
                FailBodies(parallel, step, failed);
                return;
            }

            areDone &= isDone;
        }

        if (areDone)
        {
            Succeed(step, ListOf(parallel.Branches.Select(branch => LastOutput(branch, step.Key.Iteration))));
        }
    }

    private void AdvanceList(ForeachNode each, StepState step, IReadOnlyList<(JsonElement Item, int Index)> items)
    {
        var list = step.Config!.Element.GetProperty("items");
        var count = list.GetArrayLength();
        var open = 0;
        for (var place = 0; place < count && open < each.Concurrency; place++)
        {
            var iteration = StepKey.Within(step.Key.Iteration, place);
            if (_run.DoneIterations.Contains(new(each.Id, iteration)))
            {
                continue;
            }

            var (isDone, failed) = AdvanceScope(each.Body, iteration, [.. items, (list[place], place)]);
            if (failed is not null)
            {
                FailBodies(each, step, failed);
                return;
            }

            if (isDone)
            {
                _run.DoneIterations.Add(new(each.Id, iteration));
            }
            else
            {
                open++;
            }
        }

        if (open == 0)
        {
            Succeed(step, ListOf(Enumerable.Range(0, count).Select(place => LastOutput(each.Body, StepKey.Within(step.Key.Iteration, place)))));
        }
    }

    private void FailBodies(GraphNode node, StepState step, StepState failed)
    {
        CallOffBodies(node, step);
        Fail(step, failed.Error! with { Message = $"Step '{failed.Key.NodeId}' failed: {failed.Error.Message}" });
    }

    /// <summary>The output of the last step that ended well, in the order of the definition.</summary>
    private JsonText? LastOutput(WorkflowGraph graph, string iteration)
    {
        for (var place = graph.Nodes.Count - 1; place >= 0; place--)
        {
            if (_run.Steps.TryGetValue(new(graph.Nodes[place].Id, iteration), out var step) && step.Status == StepStatus.Succeeded)
            {
                return step.Output;
            }
        }

        return null;
    }

    private static JsonText ListOf(IEnumerable<JsonText?> outputs) => new($"[{string.Join(',', outputs.Select(output => output?.Text ?? "null"))}]");

    private static JsonText Checked(string json)
        => json.Length <= MaxDocument ? new(json) : throw new ExpressionException("The values together are larger than 1 MiB.", 0);
}
