using Solya.Workflows.Api.Idempotency;

namespace Solya.Workflows.Api.Workflows.Runs;

/// <summary>The <c>Idempotency-Key</c> of an execution: a UUID of any version, in any case, bare or in quotes.</summary>
internal static class ExecutionKey
{
    /// <returns>Whether the key, if one is given, is a UUID.</returns>
    /// <param name="key">The key in its one spelling; null when none is given.</param>
    public static bool TryRead(HttpRequest request, out string? key)
    {
        key = null;
        if (!request.Headers.TryGetValue(IdempotencyFilter.Header, out var values))
        {
            return true;
        }

        if (values is not [{ } text])
        {
            return false;
        }

        if (text is ['"', .. var inner, '"'])
        {
            text = inner;
        }

        if (!Guid.TryParseExact(text, "D", out var uuid) || text.Length != 36)
        {
            return false;
        }

        key = uuid.ToString();
        return true;
    }
}
