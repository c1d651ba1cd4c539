using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Api.Security;

/// <summary>The static tokens of a group of routes; several, so that one can be rotated.</summary>
public sealed class StaticTokens
{
    private readonly byte[][] _hashes;

    /// <param name="configured">Comma-separated; blanks around a token do not count.</param>
    /// <exception cref="ArgumentException">There is none: a face is never open.</exception>
    public StaticTokens(string configured)
    {
        _hashes = [.. configured.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Hash)];
        if (_hashes.Length == 0)
        {
            throw new ArgumentException("At least one token is needed.", nameof(configured));
        }
    }

    /// <summary>Compares in a time that does not depend on the token, on how much of it is right, or on which one it is.</summary>
    public bool Accepts(ReadOnlySpan<char> token)
    {
        var hash = Hash(token);
        var matches = 0;
        foreach (var known in _hashes)
        {
            matches |= CryptographicOperations.FixedTimeEquals(known, hash) ? 1 : 0;
        }

        return matches != 0;
    }

    private static byte[] Hash(string token) => Hash(token.AsSpan());

    private static byte[] Hash(ReadOnlySpan<char> token)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(token)];
        Encoding.UTF8.GetBytes(token, bytes);
        return SHA256.HashData(bytes);
    }
}
