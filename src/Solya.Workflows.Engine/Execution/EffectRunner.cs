using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Handlers;
using Solya.Workflows.Execution;

namespace Solya.Workflows.Engine.Execution;

/// <summary>Makes one attempt at an effect, within its time, and says what came of it; whatever the handler does.</summary>
public sealed partial class EffectRunner(IEnumerable<IEffectHandler> handlers, EngineOptions options, TimeProvider clock, ILogger<EffectRunner> logger)
    : IDisposable
{
    // A handler that does not heed its cancellation is left alone after this.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly FrozenDictionary<string, IEffectHandler> _handlers = handlers.ToFrozenDictionary(handler => handler.Name, StringComparer.Ordinal);
    private readonly SemaphoreSlim _room = new(options.MaxEffects);

    /// <param name="mayBegin">Asked when there is room: whether the run is still this process's to move.</param>
    /// <returns>Null when it was not begun, or was called off.</returns>
    public async Task<Fact?> AttemptAsync(RunState run, EffectStart effect, Func<bool> mayBegin, CancellationToken ct)
    {
        var step = effect.Step;
        var attempt = step.Attempt;
        try
        {
            await _room.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        try
        {
            return mayBegin() ? await ExecuteAsync(run, effect, attempt, ct) : null;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // Whatever a handler throws is the failure of its step, and of nothing else.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            LogBroken(broken, effect.Node.Handler, effect.Step.Key.EffectIdIn(run.RunId));
            return new EffectFailed(step.Key, attempt, new("HANDLER_FAILED", $"The handler '{effect.Node.Handler}' threw {broken.GetType().Name}."), IsRetryable: true);
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task<Fact> ExecuteAsync(RunState run, EffectStart effect, int attempt, CancellationToken ct)
    {
        var step = effect.Step;
        if (!_handlers.TryGetValue(effect.Node.Handler, out var handler))
        {
            return new EffectFailed(step.Key, attempt, new("UNKNOWN_HANDLER", $"This service has no handler '{effect.Node.Handler}'."), IsRetryable: false);
        }

        var timeout = effect.Node.Timeout ?? TimeSpan.FromSeconds(options.EffectTimeoutSeconds);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var request = new EffectRequest(run.OrganizationId, run.RunId, step.Key.EffectIdIn(run.RunId), attempt, step.Config!.Element, timeout);
        // On the pool: a handler that works without ever awaiting must not hold up the run's own loop.
        var work = Task.Run(() => handler.ExecuteAsync(request, patience.Token), CancellationToken.None);
        try
        {
            var result = await work.WaitAsync(timeout + Grace, clock, ct);
            return FactOf(step, attempt, result);
        }
        catch (TimeoutException)
        {
            await patience.CancelAsync();
            Forget(work);
            return new EffectFailed(step.Key, attempt, new(StepError.StepTimeout, $"The attempt took longer than {timeout.TotalMilliseconds:0} ms."), IsRetryable: true);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Forget(work);
            throw;
        }
    }

    private static Fact FactOf(StepState step, int attempt, EffectResult result) => result.IsSuccess
        ? new EffectSucceeded(step.Key, attempt, new(result.Output))
        : new EffectFailed(step.Key, attempt, new(result.Code, result.Message, result.Details), result.Retryable, result.RetryAfter);

    // Nobody waits for it any more; what it may still throw must not end the process.
    private static void Forget(Task work)
        => work.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    [LoggerMessage(LogLevel.Error, "The handler {Handler} threw during effect {EffectId}")]
    private partial void LogBroken(Exception exception, string handler, string effectId);
}
