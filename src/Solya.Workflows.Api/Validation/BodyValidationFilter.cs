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
