namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>What became of a token: a caller, or the reason why there is none.</summary>
/// <param name="Refusal">For the log; the client learns only that its token is not valid.</param>
public sealed record JwtVerdict(Caller? Caller, string? Refusal)
{
    internal static JwtVerdict Accepted(Caller caller) => new(caller, null);

    internal static JwtVerdict Refused(string reason) => new(null, reason);
}
