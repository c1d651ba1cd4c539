using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Faults;
using Solya.Workflows.Execution;
using Solya.Workflows.Failures;
using Solya.Workflows.Graphs;
using Solya.Workflows.Queue;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Engine.Execution;

/// <summary>
/// Moves one leased run for as long as there is something to do for it: decide, commit, begin the effects that were
/// decided, take what comes of them. Nothing is begun before its intent is committed, and everything that is committed is
/// fenced by the lease, so whatever happens to this process costs the run an attempt at most.
/// </summary>
internal sealed partial class RunSession : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly EngineParts _parts;
    private readonly Lease _lease;
    private readonly bool _isFresh;
    private readonly int _claims;
    private readonly CancellationTokenSource _gone = new();
    private readonly Dictionary<StepKey, CancellationTokenSource> _effects = [];
    private readonly Queue<EffectStart> _tableEffects = new();
    private readonly Channel<Fact?> _inbox = Channel.CreateUnbounded<Fact?>(new UnboundedChannelOptions { SingleReader = true });

    private RunState _run;
    private WorkflowGraph _graph = null!;
    private List<Fact> _facts = [];
    private long _renewedAt;
    private volatile bool _hasNews;
    private volatile bool _isStopping;

    /// <param name="isFresh">Whether no other process can have held the run before.</param>
    /// <param name="leasedAt">A timestamp from before the lease began.</param>
    public RunSession(EngineParts parts, LeasedRun run, bool isFresh, long leasedAt)
        => (_parts, _lease, _run, _isFresh, _claims, _renewedAt) = (parts, run.Lease, run.State, isFresh, run.Claims, leasedAt);

    public Lease Lease => _lease;

    public TimeSpan SinceRenewal => _parts.Clock.GetElapsedTime(Volatile.Read(ref _renewedAt));

    /// <summary>Somebody else changed the run: read it again.</summary>
    public void TakeNews()
    {
        _hasNews = true;
        _inbox.Writer.TryWrite(null);
    }

    public void Renewed(long at) => Volatile.Write(ref _renewedAt, at);

    /// <summary>The lease is lost: nothing that is still running counts any more. One that has ended takes no notice.</summary>
    public void Lose()
    {
        try
        {
            _gone.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run was let go while the renewal was under way.
        }
    }

    /// <summary>Begin nothing more; take what is running and let go.</summary>
    public void Stop()
    {
        _isStopping = true;
        _inbox.Writer.TryWrite(null);
    }

    /// <summary>Ends when the run rests, has ended, belongs to another process, or was given back.</summary>
    public async Task ExecuteAsync()
    {
        try
        {
            await MoveAsync();
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // Another process has the run, or will have it when the lease ends.
        }
#pragma warning disable CA1031 // A run that cannot be moved must not take the others with it.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            // Its lease runs out, and the next claim counts: in the end it fails as poisoned.
            LogUnexpected(unexpected, _run.RunId);
        }
        finally
        {
            await _gone.CancelAsync();
        }
    }

    public void Dispose()
    {
        foreach (var effect in _effects.Values)
        {
            effect.Dispose();
        }

        _gone.Dispose();
    }

    private async Task MoveAsync()
    {
        if (!await FindGraphAsync())
        {
            return;
        }

        if (!_isFresh)
        {
            CountInterruptedAttempts();
        }

        while (true)
        {
            try
            {
                if (!await StepAsync())
                {
                    return;
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                // Whether the commit stands is not known. What stands is read again, and what is not in it is decided again.
                LogUnavailable(_run.RunId, unavailable.Message);
                if (!await ReadAgainAsync())
                {
                    return;
                }
            }
        }
    }

    /// <summary>One round of deciding and committing; false when this process has nothing more to do for the run.</summary>
    private async Task<bool> StepAsync()
    {
        var isStopping = _isStopping;
        if (_hasNews)
        {
            _hasNews = false;
            if (!await ReadAgainAsync())
            {
                return false;
            }
        }

        // What failed meanwhile may have called off the effects behind it.
        while (_tableEffects.TryPeek(out var next) && next.Step.Status != StepStatus.Running)
        {
            _tableEffects.Dequeue();
        }

        var receipt = isStopping || _tableEffects.Count == 0
            ? await CommitDecisionsAsync(isStopping)
            : await CommitTableEffectAsync(_tableEffects.Dequeue());
        if (receipt.Outcome == CommitOutcome.Applied)
        {
            _facts = [];
            if (_run.Status.IsTerminal() || (!isStopping && _effects.Count == 0 && _tableEffects.Count == 0))
            {
                return false;
            }

            if (isStopping && _effects.Count == 0)
            {
                await _parts.Store.ReleaseAsync([_lease], _gone.Token);
                return false;
            }

            if (_tableEffects.Count == 0 || isStopping)
            {
                await NextFactAsync();
            }

            return true;
        }

        return receipt.Outcome == CommitOutcome.Stale && await ReadAgainAsync();
    }

    private async Task<CommitReceipt> CommitDecisionsAsync(bool isStopping)
    {
        var sequence = _run.EventSequence;
        var now = _parts.DatabaseClock.Now;
        var decisions = isStopping
            ? Advancer.Record(_graph, _run, _facts, now, EngineParts.Draw)
            : _claims > _parts.Options.MaxClaims
                ? Advancer.Fail(_graph, _run, Poisoned, now)
                : Advancer.Advance(_graph, _run, _facts, now, EngineParts.Draw);
        foreach (var effect in decisions.TableEffects)
        {
            _tableEffects.Enqueue(effect);
        }

        if (_tableEffects.Count > 0 && !isStopping)
        {
            return await CommitTableEffectAsync(_tableEffects.Dequeue(), decisions, sequence, now);
        }

        var keepsLease = !_run.Status.IsTerminal() && (isStopping || _effects.Count + decisions.Effects.Count > 0);
        if (keepsLease && !decisions.HasChanges && decisions.Effects.Count == 0)
        {
            return new(CommitOutcome.Applied, now); // woken for nothing
        }

        var receipt = await CommitAsync(new(_lease, _run, decisions, sequence, keepsLease, now));
        if (receipt.Outcome == CommitOutcome.Applied)
        {
            Begin(decisions);
        }

        return receipt;
    }

    /// <summary>What was decided, the effect, and what follows from it: one transaction.</summary>
    private async Task<CommitReceipt> CommitTableEffectAsync(EffectStart effect, Decisions? before = null, long? sequence = null, DateTimeOffset? decidedAt = null)
    {
        var now = decidedAt ?? _parts.DatabaseClock.Now;
        var first = new RunCommit(_lease, _run, before ?? new Decisions(), sequence ?? _run.EventSequence, KeepsLease: true, now);
        Decisions? after = null;
        var receipt = await _parts.Store.CommitWithEffectAsync(
            first,
            effect,
            fact =>
            {
                _parts.Faults.Pass(FaultPoint.AfterTableEffectBeforeCommit);
                _run.EventSequence = first.NewSequence;
                after = Advancer.Advance(_graph, _run, [.. _facts, fact], now, EngineParts.Draw);
                foreach (var next in after.TableEffects)
                {
                    _tableEffects.Enqueue(next);
                }

                var keepsLease = !_run.Status.IsTerminal()
                    && (_effects.Count + first.Decisions.Effects.Count + after.Effects.Count + _tableEffects.Count > 0);
                return new(_lease, _run, after, first.NewSequence, keepsLease, now);
            },
            _gone.Token);
        if (receipt.Outcome == CommitOutcome.Applied)
        {
            _run.EventSequence = first.NewSequence + after!.Events.Count;
            Observe(receipt);
            Begin(first.Decisions);
            Begin(after);
            WakeParent();
            if (effect.Node is SubWorkflowNode)
            {
                _parts.NoteDue(receipt.Now); // the run that it has started
            }
        }

        return receipt;
    }

    private async Task<CommitReceipt> CommitAsync(RunCommit commit)
    {
        _parts.Faults.Pass(FaultPoint.BeforeCommit);
        var receipt = await _parts.Store.CommitAsync(commit, _gone.Token);
        _parts.Faults.Pass(FaultPoint.AfterCommit);
        if (receipt.Outcome == CommitOutcome.Applied)
        {
            _run.EventSequence = commit.NewSequence;
            Observe(receipt);
            WakeParent();
            if (!commit.KeepsLease && Advancer.NextDue(_run) is { } due)
            {
                _parts.NoteDue(due);
            }
        }

        return receipt;
    }

    // It is in the queue since the commit; this spares the looking.
    private void WakeParent()
    {
        if (_run.Status.IsTerminal() && _run is { ParentStepId: not null, ParentRunId: { } parent })
        {
            _parts.RunChanged(new(_run.OrganizationId, parent));
        }
    }

    private void Observe(CommitReceipt receipt) => _parts.DatabaseClock.Observe(receipt.Now);

    /// <summary>Reads the run again under the lease; false when that is gone.</summary>
    private async Task<bool> ReadAgainAsync()
    {
        while (true)
        {
            try
            {
                if (await _parts.Store.ReloadAsync(_lease, _gone.Token) is not { } fresh)
                {
                    return false;
                }

                _run = fresh;
                LimitTime();
                TakeUp();
                return true;
            }
            catch (DatabaseUnavailableException)
            {
                await Task.Delay(Pause + (Pause * EngineParts.Draw()), _parts.Clock, _gone.Token);
            }
        }
    }

    private async Task<bool> FindGraphAsync()
    {
        while (true)
        {
            try
            {
                var compiled = await _parts.Store.GraphAsync(_run.OrganizationId, _run.WorkflowId, _run.WorkflowVersion, _gone.Token);
                if (compiled.Graph is { } graph)
                {
                    _graph = graph;
                    LimitTime();
                    return true;
                }

                var fault = compiled.Faults[0];
                var decisions = Advancer.Fail(
                    null, _run, new(StepError.DefinitionUnreadable, $"{fault.Path}: {fault.Message}"), _parts.DatabaseClock.Now);
                await CommitAsync(new(_lease, _run, decisions, _run.EventSequence, KeepsLease: false, _parts.DatabaseClock.Now));
                return false;
            }
            catch (DatabaseUnavailableException)
            {
                await Task.Delay(Pause + (Pause * EngineParts.Draw()), _parts.Clock, _gone.Token);
            }
        }
    }

    private void LimitTime() => _run.TimeLimit = _graph.RunTimeout ?? _parts.Options.RunTimeout;

    private static readonly StepError Poisoned = new(StepError.RunPoisoned, "Every process that took the run came to an end before it committed anything.");

    private void LogUnavailable(Guid runId, string reason) => LogUnavailable(_parts.Logger, runId, reason);

    private void LogUnexpected(Exception exception, Guid runId) => LogUnexpected(_parts.Logger, exception, runId);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} waits for the database: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, Guid runId, string reason);

    [LoggerMessage(LogLevel.Error, "Run {RunId} could not be moved; its lease will run out")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, Guid runId);
}
