using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Solya.Workflows.Ids;

/// <summary>An event's id follows from its run and its place in the history: no column holds it.</summary>
public static class EventIds
{
    public static Guid Of(Guid runId, long sequence)
    {
        Span<byte> input = stackalloc byte[24];
        runId.TryWriteBytes(input, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(input[16..], sequence);

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        input[..8].CopyTo(hash); // the run's time, version and counter
        Uuid7.SetVariant(hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
