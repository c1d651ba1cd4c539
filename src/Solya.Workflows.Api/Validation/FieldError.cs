namespace Solya.Workflows.Api.Validation;

/// <summary>One thing wrong with one field of a request.</summary>
/// <param name="Field">Its path: <c>nodeId</c>, <c>perimeter[3].shopId</c>; <c>body</c> when no field can be named.</param>
/// <param name="Code">Stable, for machines: one of <see cref="FieldErrorCodes"/>.</param>
/// <param name="Message">For people.</param>
public sealed record FieldError(string Field, string Code, string Message);
