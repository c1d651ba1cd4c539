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
        if (!http.Request.Headers.TryGetValue(Header, out var keys))
        {
            return await next(context);
        }

        var errors = FaceErrors.Of(http);
        if (keys is not [{ Length: > 0 and <= MaxKey } key])
        {
            return errors.Invalid([new(Header, FieldErrorCodes.InvalidValue, $"The {Header} must be one value of 1 to {MaxKey} characters.")]);
        }

        var scope = new IdempotencyScope(
            Caller.OrganizationOf(http)!,
            http.Request.Path.Value!,
            key,
            SHA256.HashData(http.Features.Get<RequestBody>()!.Bytes.Span));
        Answer? executed = null;
        var receipt = await http.RequestServices.GetRequiredService<IdempotencyRepository>().OnceAsync(
            scope,
            clock.GetUtcNow().ToMilliseconds(),
            async () =>
            {
                executed = (Answer)(await next(context))!;
                return new RememberedAnswer(executed.Status, executed.Remembered);
            },
            http.RequestAborted);

        return receipt.Outcome switch
        {
            IdempotencyOutcome.Executed => executed,
            IdempotencyOutcome.Replayed => new Answer(receipt.Answer!.Status, receipt.Answer.Body).With("Idempotent-Replayed", "true"),
            IdempotencyOutcome.KeyReused => errors.IdempotencyKeyReused(),
            IdempotencyOutcome.InFlight => errors.IdempotencyInFlight(),
        };
    }
}
