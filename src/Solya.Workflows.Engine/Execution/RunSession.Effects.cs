using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Faults;
using Solya.Workflows.Execution;
using Solya.Workflows.Failures;
using Solya.Workflows.Graphs;
using Solya.Workflows.Queue;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Engine.Execution;

/// <content>The effects that run beside the session, and what comes of them.</content>
internal sealed partial class RunSession
{
    // A timer takes no more than seven weeks, and a wait may last years.
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    private void Begin(Decisions decisions)
    {
        foreach (var called in decisions.CancelledEffects)
        {
            CallOff(called);
        }

        foreach (var effect in decisions.Effects)
        {
            Begin(effect);
        }

        foreach (var step in decisions.AbandonedChildren.Where(step => step.Child is not null))
        {
            _ = CancelChildAsync(new(_run.OrganizationId, step.Child!.RunId));
        }
    }

    private async Task CancelChildAsync(RunKey child)
    {
        try
        {
            // Not cut off by the end of this session, which is often what abandons a child.
            await _parts.Store.CancelAbandonedAsync(child, CancellationToken.None);
            _parts.RunChanged(child);
        }
        catch (DatabaseUnavailableException unavailable)
        {
            LogChildLeft(_parts.Logger, child.RunId, unavailable.Message);
        }
    }

    private void Begin(EffectStart effect)
    {
        // A step that was called off between its intent and now needs no effect any more.
        if (effect.Step.Status != StepStatus.Running)
        {
            return;
        }

        var callOff = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        _effects.Add(effect.Step.Key, callOff);
        _ = AttemptAsync(effect, callOff.Token);
    }

    private async Task AttemptAsync(EffectStart effect, CancellationToken ct)
    {
        _parts.Faults.Pass(FaultPoint.BeforeEffect);
        var fact = await _parts.Effects.AttemptAsync(_run, effect, MayBegin, ct);
        _parts.Faults.Pass(FaultPoint.AfterEffectBeforeCommit);
        if (fact is not null)
        {
            _inbox.Writer.TryWrite(fact);
        }
        else if (!ct.IsCancellationRequested)
        {
            // Not begun: the lease is too old to be sure of. Whoever has the run next counts the attempt.
            Lose();
        }
    }

    // Two thirds of the lease: the last third is for what is under way, and for clocks that run apart.
    private bool MayBegin() => SinceRenewal < _parts.Options.Lease * 2 / 3;

    private void CallOff(StepKey step)
    {
        if (_effects.Remove(step, out var effect))
        {
            effect.Cancel();
            effect.Dispose();
        }
    }

    /// <summary>Waits until an effect has ended, a timer of the run is due, or somebody wakes the session.</summary>
    private async Task NextFactAsync()
    {
        if (!_inbox.Reader.TryRead(out var fact))
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
            if (Advancer.NextDue(_run) is { } due)
            {
                var rest = due - _parts.DatabaseClock.Now;
                patience.CancelAfter(TimeSpan.FromMilliseconds(1) + (rest < TimeSpan.Zero ? TimeSpan.Zero : rest < LongestRest ? rest : LongestRest));
            }

            try
            {
                fact = await _inbox.Reader.ReadAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!_gone.IsCancellationRequested)
            {
                return; // a timer may be due
            }
        }

        do
        {
            if (fact is not null)
            {
                CallOff(fact.Step); // it has ended
                _facts.Add(fact);
            }
        }
        while (_inbox.Reader.TryRead(out fact));
    }

    /// <summary>Sorts what runs here against what stands: effects nobody waits for end, effects that were not begun begin.</summary>
    private void TakeUp()
    {
        _tableEffects.Clear();
        var open = _run.Steps.Values.Where(step => step is { Status: StepStatus.Running, WaitKind: null, Kind: NodeKind.Task }).ToDictionary(step => step.Key);
        foreach (var running in _effects.Keys.Where(key => !open.ContainsKey(key)).ToList())
        {
            CallOff(running);
        }

        var nodes = _graph.AllNodes().OfType<TaskNode>().ToDictionary(node => node.Id, StringComparer.Ordinal);
        foreach (var step in open.Values.Where(step => !_effects.ContainsKey(step.Key) && !_facts.Exists(fact => fact.Step == step.Key && fact.Attempt == step.Attempt)))
        {
            var effect = new EffectStart(step, nodes[step.Key.NodeId]);
            if (BuiltInHandlers.IsOnOwnTables(effect.Node.Handler))
            {
                _tableEffects.Enqueue(effect);
            }
            else if (!_isStopping)
            {
                Begin(effect);
            }
        }
    }

    // Nobody can tell how far such an attempt came.
    private void CountInterruptedAttempts() => _facts.AddRange(
        _run.Steps.Values
            .Where(step => step is { Status: StepStatus.Running, WaitKind: null, Kind: NodeKind.Task })
            .Select(step => new EffectFailed(
                step.Key, step.Attempt, new(StepError.AttemptInterrupted, "The process that worked on the attempt died."), IsRetryable: true)));

    [LoggerMessage(LogLevel.Warning, "Run {RunId} goes on for a while although no step waits for it any more: {Reason}")]
    private static partial void LogChildLeft(ILogger logger, Guid runId, string reason);
}
