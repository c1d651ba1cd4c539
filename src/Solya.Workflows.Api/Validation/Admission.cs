using FluentValidation;
using Solya.Workflows.Api.Errors;

namespace Solya.Workflows.Api.Validation;

internal static class Admission
{
    /// <summary>Lets a request through to its handler, or answers with everything that is wrong with it.</summary>
    public static async ValueTask<object?> AdmitAsync<TRequest>(
        this IValidator<TRequest> validator, TRequest request, FieldErrors errors, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        where TRequest : class, IRequest
    {
        // What could not be read has its error already, and is null to the validator, which judges what is there.
        foreach (var failure in validator.Validate(request).Errors)
        {
            errors.Add(failure.PropertyName, failure.ErrorCode, failure.ErrorMessage);
        }

        if (errors.Any)
        {
            return FaceErrors.Of(context.HttpContext).Invalid(errors.All);
        }

        context.HttpContext.Features.Set<IRequest>(request);
        context.Arguments.OfType<Input<TRequest>>().Single().Value = request;
        return await next(context);
    }
}
