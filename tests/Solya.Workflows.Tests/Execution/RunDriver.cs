using System.Text.Json;
using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Tests.Runs;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Tests.Execution;

/// <summary>
/// Executes a definition with a clock and effects that the test holds in its hands. After every look at the run it checks
/// what must always be so.
/// </summary>
internal sealed class RunDriver
{
    private static readonly DateTimeOffset Start = new(2026, 5, 23, 6, 0, 0, TimeSpan.Zero);

    private RunStatus _last = RunStatus.Pending;

    public RunDriver(string steps, string input = "{}")
        : this(Compiled(steps), input)
    {
    }

    public RunDriver(WorkflowGraph graph, string input = "{}")
    {
        Graph = graph;
        Run = new()
        {
            OrganizationId = "org",
            RunId = Guid.Parse("0197a000-0000-7000-8000-000000000001"),
            WorkflowId = Guid.Parse("0197a000-0000-7000-8000-000000000002"),
            WorkflowVersion = 1,
            Input = new(input),
            CreatedAt = Start,
        };
    }

    public WorkflowGraph Graph { get; }

    public RunState Run { get; private set; }

    public DateTimeOffset Now { get; set; } = Start;

    /// <summary>What chance gives whenever it is asked.</summary>
    public double Draw { get; set; } = 0.5;

    public Decisions Last { get; private set; } = new();

    /// <summary>The whole history.</summary>
    public List<NewEvent> Events { get; } = [];

    /// <summary>The run's own statuses, in the order of the history.</summary>
    public IEnumerable<string> Statuses => Events.Where(happening => happening.StepId is null).Select(happening => happening.Status);

    /// <summary>The effects that have begun and not ended, by the name of their step.</summary>
    public Dictionary<StepKey, EffectStart> Effects { get; } = [];

    public StepState this[string node, string iteration = ""] => Run.Steps[new(node, iteration)];

    public static WorkflowGraph Compiled(string steps)
    {
        var compiled = StepsCompiler.Compile(JsonElement.Parse(steps));
        Assert.Empty(compiled.Faults);
        return compiled.Graph!;
    }

    public bool Has(string node, string iteration = "") => Run.Steps.ContainsKey(new(node, iteration));

    public RunDriver Advance(params Fact[] facts)
    {
        Ended(facts);
        return Take(Advancer.Advance(Graph, Run, facts, Now, () => Draw));
    }

    public RunDriver Record(params Fact[] facts)
    {
        Ended(facts);
        return Take(Advancer.Record(Graph, Run, facts, Now, () => Draw));
    }

    public RunDriver FailRun(StepError error) => Take(Advancer.Fail(Graph, Run, error, Now));

    /// <summary>Lets time pass, then looks at the run.</summary>
    public RunDriver After(double milliseconds)
    {
        Now += TimeSpan.FromMilliseconds(milliseconds);
        return Advance();
    }

    /// <summary>Lets time pass until the run is due.</summary>
    public RunDriver AtDue()
    {
        Now = Advancer.NextDue(Run)!.Value;
        return Advance();
    }

    public RunDriver Succeed(string node, string output = "{}", string iteration = "") => Advance(Success(node, output, iteration));

    public RunDriver Fail(string node, bool isRetryable = true, string code = "BROKEN", TimeSpan? retryAfter = null, string iteration = "")
        => Advance(Failure(node, isRetryable, code, retryAfter, iteration));

    public EffectSucceeded Success(string node, string output = "{}", string iteration = "")
        => new(new(node, iteration), this[node, iteration].Attempt, new(output));

    public EffectFailed Failure(string node, bool isRetryable = true, string code = "BROKEN", TimeSpan? retryAfter = null, string iteration = "")
        => new(new(node, iteration), this[node, iteration].Attempt, new(code, $"{node} broke."), isRetryable, retryAfter);

    /// <summary>Keeps a signal, as the API does.</summary>
    public RunDriver Send(string type, string payload = "{}")
    {
        Run.Signals.Add(new(Events.Count + 1, type, new(payload)));
        Events.Add(new(RunEventTypes.SignalReceived, null, Run.Status.Text(), null));
        return this;
    }

    /// <summary>Ends a step from outside, as the API does for decisions, signals and workers.</summary>
    public RunDriver EndOutside(string node, RunTrigger? moves, string? output, StepError? error = null, string iteration = "")
    {
        var step = this[node, iteration];
        if (moves is { } trigger && RunTransitions.Next(Run.Status, trigger) is { } next && next != Run.Status)
        {
            Run.Status = next;
            Tell(new(RunEventTypes.RunResumed, null, next.Text(), null));
        }

        step.Status = StepTransitions.Next(step.Status, error is null ? StepTrigger.WorkSucceeded : StepTrigger.WorkFailed)!.Value;
        (step.Output, step.Error) = (JsonText.Of(output), error);
        (step.WaitKind, step.WaitUntil, step.CompletedAt) = (null, null, Now);
        Tell(new(error is null ? RunEventTypes.StepCompleted : RunEventTypes.StepFailed, step.Id, step.Status.Text(), null));
        return Advance();
    }

    /// <summary>Sends the failed run on, as the API does.</summary>
    public RunDriver RetryRun()
    {
        Run.Status = RunTransitions.Next(Run.Status, RunTrigger.RetryRequested)!.Value;
        (Run.Error, Run.CompletedAt, Run.Deadline) = (null, null, null);
        Tell(new(RunEventTypes.RunRetried, null, Run.Status.Text(), null));
        foreach (var step in Run.Steps.Values.Where(step => step.Status is StepStatus.Failed or StepStatus.Cancelled && !step.IsErrorHandled))
        {
            step.Status = StepTransitions.Next(step.Status, StepTrigger.RunRetried)!.Value;
            (step.Attempt, step.Output, step.Error, step.CompletedAt, step.SignalType, step.Branch) = (0, null, null, null, null, null);
            step.Config = step.Kind is NodeKind.Parallel or NodeKind.Foreach ? step.Config : null;
        }

        Reload();
        return Advance();
    }

    /// <summary>Takes the run up in another process, which knows what was written and nothing else.</summary>
    public void Reload(Random? order = null)
    {
        var fresh = new RunState
        {
            OrganizationId = Run.OrganizationId,
            RunId = Run.RunId,
            WorkflowId = Run.WorkflowId,
            WorkflowVersion = Run.WorkflowVersion,
            Status = Run.Status,
            Input = new(Run.Input.Text),
            State = new(Run.State.Text),
            Output = JsonText.Of(Run.Output?.Text),
            Error = Run.Error,
            CreatedAt = Run.CreatedAt,
            StartedAt = Run.StartedAt,
            CompletedAt = Run.CompletedAt,
            TimeLimit = Run.TimeLimit,
            Deadline = Run.Deadline,
        };
        var steps = Run.Steps.Values.ToArray();
        order?.Shuffle(steps);
        foreach (var step in steps)
        {
            fresh.Steps.Add(step.Key, Copy(step));
        }

        fresh.Signals.AddRange(Run.Signals);
        Run = fresh;
    }

    public void IsNow(RunStatus status) => Assert.Equal(status, Run.Status);

    private static StepState Copy(StepState step) => new(step.Key, step.Id, step.Kind)
    {
        Status = step.Status,
        Attempt = step.Attempt,
        Config = JsonText.Of(step.Config?.Text),
        Output = JsonText.Of(step.Output?.Text),
        Error = step.Error,
        WaitKind = step.WaitKind,
        WaitUntil = step.WaitUntil,
        SignalType = step.SignalType,
        Branch = step.Branch,
        IsErrorHandled = step.IsErrorHandled,
        StartedAt = step.StartedAt,
        CompletedAt = step.CompletedAt,
        CreatedAt = step.CreatedAt,
    };

    private void Ended(Fact[] facts)
    {
        foreach (var fact in facts.Where(fact => Run.Steps.TryGetValue(fact.Step, out var step) && step.Attempt == fact.Attempt))
        {
            Effects.Remove(fact.Step);
        }
    }

    private RunDriver Take(Decisions decisions)
    {
        Last = decisions;
        foreach (var happening in decisions.Events)
        {
            Tell(happening);
        }

        foreach (var gone in decisions.CancelledEffects)
        {
            Effects.Remove(gone);
        }

        foreach (var ended in Effects.Keys.Where(key => Run.Steps[key].Status != StepStatus.Running).ToList())
        {
            Effects.Remove(ended);
        }

        foreach (var effect in decisions.Effects.Concat(decisions.TableEffects))
        {
            // The intent is written with the attempt counted, before anything happens.
            Assert.Equal(StepStatus.Running, effect.Step.Status);
            Assert.InRange(effect.Step.Attempt, 1, effect.Node.Retry.MaxAttempts);
            Assert.Contains(effect.Step, decisions.Steps);
            Assert.False(Effects.ContainsKey(effect.Step.Key));
            Effects.Add(effect.Step.Key, effect);
        }

        Assert.Distinct(decisions.Steps);
        Assert.All(decisions.Steps, step => Assert.Same(step, Run.Steps[step.Key]));
        if (Run.Status.IsTerminal())
        {
            Assert.DoesNotContain(Run.Steps.Values, step => !step.Status.IsTerminal());
            Assert.Empty(decisions.Effects);
            Assert.Empty(decisions.TableEffects);
            Assert.Empty(decisions.WorkerTasks);
            Assert.Null(Advancer.NextDue(Run));
        }

        Assert.Equal(Run.Status.IsTerminal(), Run.CompletedAt is not null);
        Assert.Equal(Run.Status == RunStatus.Failed, Run.Error is not null);
        return this;
    }

    private void Tell(NewEvent happening)
    {
        Events.Add(happening);
        if (happening.StepId is null)
        {
            var status = WireText<RunStatus>.Parse(happening.Status);
            Assert.Contains((_last, status), EngineWays.All);
            _last = status;
        }
        else
        {
            Assert.False(_last.IsTerminal(), $"{happening.EventType} after the run was {_last}.");
            if (happening.EventType == RunEventTypes.StepStarted)
            {
                Assert.Equal(RunStatus.Running, _last);
            }
        }
    }
}
