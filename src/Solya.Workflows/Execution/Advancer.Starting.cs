using System.Text.Json;
using Solya.Workflows.Events;
using Solya.Workflows.Expressions;
using Solya.Workflows.Graphs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Execution;

/// <content>What begins when a node is reached.</content>
public sealed partial class Advancer
{
    /// <summary>The largest document a step may be given or may produce: 1 MiB of text.</summary>
    public const int MaxDocument = 1024 * 1024;

    /// <summary>The most steps one run may have, each item of a list counted.</summary>
    public const int MaxSteps = 50_000;

    private void Start(GraphNode node, StepState step, IReadOnlyList<(JsonElement Item, int Index)> items)
    {
        EnsureRunning();
        step.StartedAt = _now;
        // An attempt at a task is counted where it begins; everything else is done once.
        step.Attempt = node is TaskNode ? 0 : 1;
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
        catch (DocumentTooLargeException tooLarge)
        {
            Fail(step, new(StepError.TooLarge, tooLarge.Message));
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
        var list = new JsonText(items).Element;
        if (list.ValueKind != JsonValueKind.Array)
        {
            Fail(step, new(StepError.InvalidConfig, "'items' must be a list."));
        }
        else if (list.GetArrayLength() > ForeachNode.MaxItems)
        {
            Fail(step, new(StepError.InvalidConfig, $"'items' may have at most {ForeachNode.MaxItems} entries; it has {list.GetArrayLength()}."));
        }
        else if (_run.Steps.Count + ((long)list.GetArrayLength() * each.Body.AllNodes().Count()) > MaxSteps)
        {
            Fail(step, new(StepError.InvalidConfig, $"A run may have at most {MaxSteps} steps, and the list would make more."));
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
        => json.Length <= MaxDocument ? new(json) : throw new DocumentTooLargeException("The step's values together are larger than 1 MiB.");
}
