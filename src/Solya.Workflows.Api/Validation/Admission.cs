using FluentValidation;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.Hosting;
using Solya.Workflows.Failures;

namespace Solya.Workflows.Api.Validation;

/// <summary>The way from a read request to its handler.</summary>
internal static class Admission
{
    // Every wait for PostgreSQL has its own limit below this one; but after a timeout the driver waits for the server to
    // take a cancellation as well, which a frozen server never does.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.75);

    /// <summary>Lets a request through to its handler, or answers with everything that is wrong with it.</summary>
    /// <exception cref="DatabaseUnavailableException">The handler of an ordinary request did not end in time.</exception>
    public static async ValueTask<object?> AdmitAsync<TRequest>(
        this IValidator<TRequest> validator, TRequest request, FieldErrors errors, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        where TRequest : class, IRequest
    {
        // What could not be read has its error already, and is null to the validator, which judges what is there.
        foreach (var failure in validator.Validate(request).Errors)
        {
            errors.Add(failure.PropertyName, failure.ErrorCode, failure.ErrorMessage);
        }

        var http = context.HttpContext;
        if (errors.Any)
        {
            return FaceErrors.Of(http).Invalid(errors.All);
        }

        http.Features.Set<IRequest>(request);
        context.Arguments.OfType<Input<TRequest>>().Single().Value = request;
        return await InTimeAsync(http, next(context).AsTask());
    }

    /// <summary>Waits for the work of a request, no longer than its caller may be kept waiting.</summary>
    /// <exception cref="DatabaseUnavailableException">The work of an ordinary request did not end in time.</exception>
    public static async Task<object?> InTimeAsync(HttpContext http, Task<object?> handling)
    {
        if (http.GetEndpoint()!.Metadata.GetMetadata<LongRunningMetadata>() is not null)
        {
            return await handling;
        }

        try
        {
            return await handling.WaitAsync(Patience);
        }
        catch (TimeoutException silence)
        {
            if (handling.IsCompleted)
            {
                return await handling; // it ended in the same moment, and knows better
            }

            http.Features.Set(new AbandonedWork(handling));
            throw new DatabaseUnavailableException(
                outcomeUnknown: !HttpMethods.IsGet(http.Request.Method), "PostgreSQL did not answer in time.", silence);
        }
    }
}
