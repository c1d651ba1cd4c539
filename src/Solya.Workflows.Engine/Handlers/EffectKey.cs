using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Engine.Handlers;

/// <summary>An effect's id in the forms that protocols accept, the same on every attempt.</summary>
internal static class EffectKey
{
    private const int MaxHeaderLength = 255;

    /// <summary>The id itself when a header can hold it (printable ASCII, at most 255 characters), otherwise its digest: ids hold names that people chose.</summary>
    public static string ForHeader(string effectId) =>
        effectId.Length is > 0 and <= MaxHeaderLength && effectId.All(c => c is > ' ' and <= '~') ? effectId : Digest(effectId);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public static string Digest(string effectId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(effectId)));
}
