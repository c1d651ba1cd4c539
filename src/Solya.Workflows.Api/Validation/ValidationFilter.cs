using System.Text.Json;
using FluentValidation;
using Solya.Workflows.Api.Errors;

namespace Solya.Workflows.Api.Validation;

/// <summary>Reads and validates the JSON body of a request, then hands it to the route's handler.</summary>
internal sealed class BodyValidationFilter<TRequest>(IValidator<TRequest> validator) : IEndpointFilter
    where TRequest : class, IBodyRequest<TRequest>
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = StrictJson.MaxDepth };

    private static readonly byte[] Nothing = "{}"u8.ToArray();

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var errorsOfFace = FaceErrors.Of(http);
        var mayBeMissing = TRequest.IsBodyOptional && http.Request.ContentType is null;
        if (!mayBeMissing && !RequestBody.IsJson(http.Request))
        {
            return errorsOfFace.UnsupportedMediaType();
        }

        if (await RequestBody.ReadAsync(http, TRequest.MaxBodyBytes) is not { } body)
        {
            return errorsOfFace.PayloadTooLarge(TRequest.MaxBodyBytes);
        }

        if (body.Bytes.IsEmpty && TRequest.IsBodyOptional)
        {
            body = new RequestBody(Nothing);
        }
        else if (mayBeMissing)
        {
            return errorsOfFace.UnsupportedMediaType();
        }

        if (StrictJson.Check(body.Bytes.Span) is { } malformed)
        {
            return errorsOfFace.Invalid([malformed]);
        }

        using var document = JsonDocument.Parse(body.Bytes, Options);
        var errors = new FieldErrors();
        var request = TRequest.Read(new JsonFields(document.RootElement, "", errors));
        http.Features.Set(body);
        return await validator.AdmitAsync(request, errors, context, next);
    }
}

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
