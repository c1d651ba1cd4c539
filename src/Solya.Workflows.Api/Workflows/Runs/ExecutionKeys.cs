using System.Security.Cryptography;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Postgres.Idempotency;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.Workflows.Runs;

/// <summary>Executions under a key: the first one starts the run, and its repeats learn of that run, whatever their bodies.</summary>
internal sealed class ExecutionKeys(IdempotencyRepository idempotency, TimeProvider clock)
{
    // All bodies are the same to the key.
    private static readonly byte[] AnyBody = SHA256.HashData([]);

    /// <summary>The time that keys are remembered by.</summary>
    public DateTimeOffset Now => clock.GetUtcNow().ToMilliseconds();

    public static IdempotencyScope ScopeOf(string organizationId, string path, string key) => new(organizationId, path, key, AnyBody);

    /// <summary>What is remembered under a key; null when nothing is.</summary>
    public async Task<Answer?> FindReplayAsync(string organizationId, string path, string key, CancellationToken ct)
        => await idempotency.FindAnswerAsync(ScopeOf(organizationId, path, key), Now, ct) is { } known ? new Answer(known.Status, known.Body).AsReplay() : null;

    /// <summary>Executes unless the key is known; then answers what is remembered.</summary>
    /// <param name="key">Null when the request has none.</param>
    public async Task<Answer> OnceAsync(string organizationId, string path, string? key, Func<Task<Answer>> execute, CancellationToken ct)
    {
        if (key is null)
        {
            return await execute();
        }

        Answer? executed = null;
        var receipt = await idempotency.OnceAsync(
            ScopeOf(organizationId, path, key),
            Now,
            async () =>
            {
                executed = await execute();
                return new RememberedAnswer(executed.Status, executed.Remembered);
            },
            ct);
        return receipt.Outcome switch
        {
            IdempotencyOutcome.Executed => executed!,
            IdempotencyOutcome.Replayed => new Answer(receipt.Answer!.Status, receipt.Answer.Body).AsReplay(),
            IdempotencyOutcome.InFlight => WorkflowsErrors.Instance.IdempotencyInFlight(),
            IdempotencyOutcome.KeyReused => throw new InvalidOperationException("All bodies are the same to the key."),
        };
    }

    /// <summary>
    /// A repeat is answered as the first request was, also when its own body is refused. Only then is the key looked up here:
    /// a body that is accepted has met its key in <see cref="OnceAsync"/>.
    /// </summary>
    /// <returns>What is remembered; <paramref name="answer"/> when it refuses no body, or nothing is.</returns>
    public async Task<Answer> ReplayOverAsync(Answer answer, HttpContext http, string path)
    {
        if (answer.Status is not (400 or 422) || !ExecutionKey.TryRead(http.Request, out var key) || key is null)
        {
            return answer;
        }

        return (Answer)(await Admission.InTimeAsync(http, LookUpAsync()))!;

        async Task<object?> LookUpAsync() => await FindReplayAsync(Caller.Of(http).OrganizationId, path, key, http.RequestAborted) ?? answer;
    }
}
