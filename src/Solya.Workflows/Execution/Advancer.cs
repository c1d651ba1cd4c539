using System.Text.Json;
using Solya.Workflows.Events;
using Solya.Workflows.Graphs;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Execution;

/// <summary>
/// Decides what becomes of a run: given its graph, where it stands, what has happened and what time it is, it moves the
/// run as far as it goes without an effect, and says which effects come next. It does no I/O and draws no other time or
/// chance than it is given, so the same input gives the same decisions.
/// </summary>
public sealed partial class Advancer
{
    private readonly WorkflowGraph _graph;
    private readonly RunState _run;
    private readonly DateTimeOffset _now;
    private readonly Func<double> _draw;
    private readonly Decisions _decisions = new();
    private readonly HashSet<StepState> _changed = [];

    private Advancer(WorkflowGraph graph, RunState run, DateTimeOffset now, Func<double> draw)
        => (_graph, _run, _now, _draw) = (graph, run, now, draw);

    /// <summary>Moves <paramref name="run"/> on, in place, and says what has to be written and begun for that.</summary>
    /// <param name="facts">What happened since the last look; facts of attempts that are over change nothing.</param>
    /// <param name="now">A time that the database's clock has reached already, in whole milliseconds.</param>
    /// <param name="draw">Random numbers from 0 up to 1, for the rest between attempts.</param>
    public static Decisions Advance(WorkflowGraph graph, RunState run, IReadOnlyList<Fact> facts, DateTimeOffset now, Func<double> draw)
    {
        var advancer = new Advancer(graph, run, now, draw);
        if (!run.Status.IsTerminal())
        {
            advancer.Run(facts);
        }

        advancer._decisions.Steps.AddRange(advancer._changed);
        return advancer._decisions;
    }

    /// <summary>Takes down what happened and begins nothing: for a process that is about to let go of the run.</summary>
    public static Decisions Record(WorkflowGraph graph, RunState run, IReadOnlyList<Fact> facts, DateTimeOffset now, Func<double> draw)
    {
        var advancer = new Advancer(graph, run, now, draw);
        if (!run.Status.IsTerminal())
        {
            foreach (var fact in facts)
            {
                advancer.Take(fact);
            }
        }

        advancer._decisions.Steps.AddRange(advancer._changed);
        return advancer._decisions;
    }

    /// <summary>Fails a run without executing it any further.</summary>
    /// <param name="graph">Null when the definition cannot be read.</param>
    public static Decisions Fail(WorkflowGraph? graph, RunState run, StepError error, DateTimeOffset now)
    {
        var advancer = new Advancer(graph ?? new WorkflowGraph([], []), run, now, () => 0);
        if (!run.Status.IsTerminal())
        {
            advancer.FailRun(error);
        }

        advancer._decisions.Steps.AddRange(advancer._changed);
        return advancer._decisions;
    }

    /// <summary>When the run has something to do by the clock alone; null when only somebody from outside can move it.</summary>
    public static DateTimeOffset? NextDue(RunState run)
    {
        if (run.Status.IsTerminal())
        {
            return null;
        }

        var firstWait = run.Steps.Values.Min(step => step.WaitUntil);
        return firstWait is null || run.Deadline < firstWait ? run.Deadline : firstWait;
    }

    private void Run(IReadOnlyList<Fact> facts)
    {
        if (_run.Status == RunStatus.Pending)
        {
            EnsureRunning();
        }

        foreach (var fact in facts)
        {
            Take(fact);
        }

        _run.Deadline ??= _now + _run.TimeLimit;
        if (_run.Deadline <= _now)
        {
            FailRun(new(StepError.RunTimeout, $"The run did not end in time; it had until {Timestamp.Format(_run.Deadline.Value)}."));
            return;
        }

        // Before the clock: a signal that has come is not lost to a timeout that nobody has written down yet.
        TakeSignals();
        EndWithChildren();

        foreach (var step in _run.Steps.Values.Where(step => step.WaitUntil <= _now && !step.Status.IsTerminal()).ToList())
        {
            EndWait(step);
        }

        var (isDone, failed) = AdvanceScope(_graph, "", []);
        if (_terminated is not null)
        {
            Terminate(_terminated);
        }
        else if (failed is not null)
        {
            EnsureRunning();
            _run.Error = failed.Error! with { Message = $"Step '{failed.Key.NodeId}' failed: {failed.Error.Message}" };
            MoveRun(RunTrigger.StepFailed, RunEventTypes.RunFailed, ErrorPayload(_run.Error, failed));
        }
        else if (isDone)
        {
            EnsureRunning();
            _run.Output = LastOutput(_graph, "");
            MoveRun(RunTrigger.AllStepsDone, RunEventTypes.RunCompleted, null);
        }
        else
        {
            Rest();
        }
    }

    private void FailRun(StepError error)
    {
        // By the steps and not by the graph: nothing of a run that has ended stays open, whatever it was made from.
        foreach (var step in _run.Steps.Values.Where(step => !step.Status.IsTerminal()))
        {
            CallOff(step);
        }

        EnsureRunning();
        _run.Error = error;
        MoveRun(RunTrigger.StepFailed, RunEventTypes.RunFailed, Json.Write(writer =>
        {
            writer.WriteString("code", error.Code);
            writer.WriteString("message", error.Message);
        }));
    }

    /// <summary>Takes the nodes in order; whatever one of them decides, those behind it see at once.</summary>
    private (bool IsDone, StepState? Failed) AdvanceScope(WorkflowGraph graph, string iteration, IReadOnlyList<(JsonElement Item, int Index)> items)
    {
        var isDone = true;
        StepState? failed = null;
        foreach (var place in graph.Order)
        {
            var node = graph.Nodes[place];
            var key = new StepKey(node.Id, iteration);
            _run.Steps.TryGetValue(key, out var step);
            if (step is null or { IsUntouched: true })
            {
                if (_terminated is not null || failed is not null || IsReached(graph, place, iteration) is not { } isReached)
                {
                    isDone = false;
                    continue;
                }

                step ??= New(key, node.Kind);
                if (isReached)
                {
                    Start(node, step, items);
                }
                else
                {
                    Skip(step);
                }
            }

            if (failed is null && step.Status == StepStatus.Running && WorkflowGraph.BodiesOf(node).Count > 0)
            {
                AdvanceBodies(node, step, items);
            }

            if (_terminated is not null)
            {
                return (false, null);
            }

            isDone &= step.Status.IsTerminal();
            if (step.Status == StepStatus.Failed)
            {
                if (!graph.Handles(place))
                {
                    failed ??= step;
                }
                else if (!step.IsErrorHandled)
                {
                    MarkHandled(node, step);
                }
            }
        }

        if (failed is not null)
        {
            CallOff(graph, iteration);
        }

        return (isDone && failed is null, failed);
    }

    /// <summary>Whether a way that was taken leads to the node; null while that is not decided.</summary>
    private bool? IsReached(WorkflowGraph graph, int place, string iteration)
    {
        var into = graph.Into(place);
        var isReached = graph.IsEntry(place);
        foreach (var edge in into)
        {
            var source = graph.Nodes[edge.Source];
            if (!_run.Steps.TryGetValue(new(source.Id, iteration), out var step) || !step.Status.IsTerminal())
            {
                return null;
            }

            isReached |= IsTaken(edge, source, step);
        }

        return isReached;
    }

    private static bool IsTaken(GraphEdge edge, GraphNode source, StepState step) => step.Status switch
    {
        // A node that does not choose goes on by its only way, whatever the way is called.
        StepStatus.Succeeded => edge.Handle is null || edge.Handle == (step.Branch ?? "true"),
        StepStatus.Failed => edge.Handle == GraphEdge.Error
            || (source.ContinueOnError && (edge.Handle is null || edge.Handle == WayAfterFailure(source))),
        StepStatus.Pending or StepStatus.Running or StepStatus.Skipped or StepStatus.Cancelled => false,
    };

    private StepState New(StepKey key, NodeKind kind)
    {
        var step = new StepState(key, key.IdIn(_run.RunId), kind) { CreatedAt = _now };
        _run.Steps.Add(key, step);
        return step;
    }

    private void Take(Fact fact)
    {
        // An attempt that was called off, or that another process has counted as interrupted, has nothing to say any more.
        if (!_run.Steps.TryGetValue(fact.Step, out var step) || step.Status != StepStatus.Running || step.Attempt != fact.Attempt || step.WaitKind is not null)
        {
            return;
        }

        switch (fact)
        {
            case EffectSucceeded done:
                Succeed(step, done.Output);
                break;
            case ChildStarted started:
                step.Child = started.Child;
                step.WaitKind = WaitKind.Child;
                step.WaitUntil = NodeOf(step).Timeout is { } timeout ? _now + timeout : null;
                _changed.Add(step);
                break;
            case EffectFailed broken:
                FailAttempt(step, NodeOf(step), broken.Error, broken.IsRetryable, broken.RetryAfter);
                break;
        }
    }

    /// <summary>Nothing more can be decided now: says what the run waits for.</summary>
    private void Rest()
    {
        var (works, waits, asks) = (false, false, false);
        foreach (var step in _run.Steps.Values)
        {
            if (step.Status.IsTerminal() || step.IsUntouched || step.Kind is NodeKind.Parallel or NodeKind.Foreach)
            {
                continue;
            }

            works |= step.WaitKind is null or WaitKind.Retry or WaitKind.Worker;
            waits |= step.WaitKind is WaitKind.Timer or WaitKind.Signal or WaitKind.Child;
            asks |= step.WaitKind is WaitKind.Approval;
        }

        if (works)
        {
            EnsureRunning();
        }
        else if (waits && _run.Status == RunStatus.Running)
        {
            MoveRun(RunTrigger.WaitBegan, RunEventTypes.RunWaiting, null);
        }
        else if (asks && _run.Status == RunStatus.Running)
        {
            MoveRun(RunTrigger.ApprovalAsked, RunEventTypes.RunPaused, null);
        }
    }

    private void EnsureRunning()
    {
        if (_run.Status != RunStatus.Running)
        {
            var isFirst = _run.StartedAt is null;
            _run.StartedAt ??= _now;
            MoveRun(RunTrigger.WorkBegan, isFirst ? RunEventTypes.RunStarted : RunEventTypes.RunResumed, null);
        }
    }

    private void MoveRun(RunTrigger trigger, string eventType, string? payload)
    {
        _run.Status = RunTransitions.Next(_run.Status, trigger)
            ?? throw new InvalidOperationException($"A {_run.Status} run does not take {trigger}.");
        _run.CompletedAt = _run.Status.IsTerminal() ? _now : null;
        _decisions.Events.Add(new(eventType, null, _run.Status.Text(), payload));
    }

    private GraphNode NodeOf(StepState step)
    {
        _nodes ??= _graph.AllNodes().ToDictionary(node => node.Id, StringComparer.Ordinal);
        return _nodes[step.Key.NodeId];
    }

    private Dictionary<string, GraphNode>? _nodes;
}
