using System.Security.Cryptography;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Postgres.Idempotency;
using Solya.Workflows.Times;

namespace Solya.Workflows.Api.Idempotency;

/// <summary>Makes a request with an <c>Idempotency-Key</c> happen once and answer the same ever after, for 24 hours.</summary>
internal sealed class IdempotencyFilter(TimeProvider clock) : IEndpointFilter
{
    public const string Header = "Idempotency-Key";

    private const int MaxKey = 255;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return http.Request.Headers.ContainsKey(Header)
            ? await OnceAsync(
                http, Caller.OrganizationOf(http)!, http.Features.Get<RequestBody>()!, clock.GetUtcNow().ToMilliseconds(), async () => (Answer)(await next(context))!)
            : await next(context);
    }

    /// <summary>Executes a request under its key, or answers what the first request with that key was told.</summary>
    public static async Task<Answer> OnceAsync(HttpContext http, string organizationId, RequestBody body, DateTimeOffset now, Func<Task<Answer>> execute)
    {
        var errors = FaceErrors.Of(http);
        if (http.Request.Headers[Header] is not [{ Length: > 0 and <= MaxKey } key])
        {
            return errors.Invalid([new(Header, FieldErrorCodes.InvalidValue, $"The {Header} must be one value of 1 to {MaxKey} characters.")]);
        }

        // Path and key are stored as a hash: the path may itself be a secret.
        var scope = new IdempotencyScope(organizationId, http.Request.Path.Value!, key, SHA256.HashData(body.Bytes.Span));
        Answer? executed = null;
        var receipt = await http.RequestServices.GetRequiredService<IdempotencyRepository>().OnceAsync(
            scope,
            now,
            async () =>
            {
                executed = await execute();
                return new RememberedAnswer(executed.Status, executed.Remembered);
            },
            http.RequestAborted);

        return receipt.Outcome switch
        {
            IdempotencyOutcome.Executed => executed!,
            IdempotencyOutcome.Replayed => new Answer(receipt.Answer!.Status, receipt.Answer.Body).AsReplay(),
            IdempotencyOutcome.KeyReused => errors.IdempotencyKeyReused(),
            IdempotencyOutcome.InFlight => errors.IdempotencyInFlight(),
        };
    }
}
