using System.Buffers.Binary;

namespace Solya.Workflows.Ids;

/// <summary>The bit layout of a UUIDv7 (RFC 9562, section 5.7).</summary>
public static class Uuid7
{
    /// <summary>The smallest id of a millisecond: ids at or after it were made at or after that instant.</summary>
    /// <param name="unixMilliseconds">Before 1970 no id was made: that is the smallest id of all.</param>
    public static Guid FloorOf(long unixMilliseconds)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, unixMilliseconds) << 16);
        return new Guid(bytes, bigEndian: true);
    }

    internal static void WriteHead(Span<byte> bytes, long milliseconds, int counter)
        => BinaryPrimitives.WriteInt64BigEndian(bytes, (milliseconds << 16) | 0x7000L | (uint)counter);

    internal static void SetVariant(Span<byte> bytes) => bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
}
