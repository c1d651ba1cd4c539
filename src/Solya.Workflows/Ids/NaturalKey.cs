using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Ids;

/// <summary>
/// One fixed-size key for several texts of any length: 128 bits of SHA-256 over the length-prefixed UTF-8 of each part.
/// It keeps unique indexes narrow, and texts longer than an index entry may be cannot break them.
/// </summary>
public static class NaturalKey
{
    public static Guid Of(params ReadOnlySpan<string?> parts)
    {
        var size = 0;
        foreach (var part in parts)
        {
            size += 4 + Encoding.UTF8.GetMaxByteCount(part?.Length ?? 0);
        }

        byte[]? rented = size > 1024 ? ArrayPool<byte>.Shared.Rent(size) : null;
        var input = rented ?? stackalloc byte[1024];
        var used = 0;
        foreach (var part in parts)
        {
            // An absent part and an empty one are different keys.
            var length = part is null ? -1 : Encoding.UTF8.GetBytes(part, input[(used + 4)..]);
            BinaryPrimitives.WriteInt32BigEndian(input[used..], length);
            used += 4 + Math.Max(0, length);
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input[..used], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return new Guid(hash[..16], bigEndian: true);
    }
}
