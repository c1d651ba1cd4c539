using System.Diagnostics.CodeAnalysis;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Engine.Handlers;

/// <summary>What came of one attempt: an output, or a failure. All of it is storable text.</summary>
public sealed record EffectResult
{
    private EffectResult()
    {
    }

    [MemberNotNullWhen(true, nameof(Output))]
    [MemberNotNullWhen(false, nameof(Code), nameof(Message))]
    public bool IsSuccess => Output is not null;

    /// <summary>JSON text; null for a failure.</summary>
    public string? Output { get; private init; }

    /// <summary>The stable part of a failure.</summary>
    public string? Code { get; private init; }

    /// <summary>The failure in words for people.</summary>
    public string? Message { get; private init; }

    /// <summary>JSON text with more about a failure.</summary>
    public string? Details { get; private init; }

    /// <summary>Whether another attempt may end differently.</summary>
    public bool Retryable { get; private init; }

    /// <summary>The least time before that attempt, when the other side named one; at most 5 minutes.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    public static EffectResult Succeeded(string outputJson) => new() { Output = outputJson };

    public static EffectResult Failed(string code, string message, bool retryable, string? detailsJson = null, TimeSpan? retryAfter = null) => new()
    {
        Code = code,
        Message = StorableText.Clean(message),
        Retryable = retryable,
        Details = detailsJson,
        RetryAfter = retryAfter,
    };
}
