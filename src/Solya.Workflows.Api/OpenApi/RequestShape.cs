namespace Solya.Workflows.Api.OpenApi;

/// <summary>What a request requires and where it takes null, learned by asking the very code that reads requests.</summary>
internal sealed record RequestShape(IReadOnlySet<string> Required, IReadOnlySet<string> Nullable);
