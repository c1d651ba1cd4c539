using FluentValidation;

namespace Solya.Workflows.Api.Validation;

/// <summary>Reads and validates the query of a request, then hands it to the route's handler.</summary>
internal sealed class QueryValidationFilter<TRequest>(IValidator<TRequest> validator) : IEndpointFilter
    where TRequest : class, IQueryRequest<TRequest>
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var errors = new FieldErrors();
        var request = TRequest.Read(new QueryFields(context.HttpContext.Request.Query, errors));
        return await validator.AdmitAsync(request, errors, context, next);
    }
}
