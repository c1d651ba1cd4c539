using System.Security.Cryptography;
using System.Text;

namespace Solya.Workflows.Ids;

/// <summary>
/// A step's id follows from its run and node: the first 64 bits' time, version and counter are the run's own, the other
/// 62 bits are a hash of run and node. A repeated report therefore names the same step without a look-up, and a step id
/// alone tells where its run is (<see cref="RunRangeOf"/>).
/// </summary>
public static class StepIds
{
    public static Guid Of(Guid runId, string nodeId)
    {
        var length = Encoding.UTF8.GetByteCount(nodeId);
        byte[]? rented = length > 512 ? new byte[length + 16] : null;
        var input = rented ?? stackalloc byte[528];
        runId.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(nodeId, input[16..]);

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input[..(16 + length)], hash);

        input[..8].CopyTo(hash); // the run's time, version and counter
        Uuid7.SetVariant(hash);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>
    /// The bounds, both included, between which the run of a step lies. Only runs made in the same millisecond with the
    /// same counter share them, so nearly always the range holds one run.
    /// </summary>
    public static (Guid Lowest, Guid Highest) RunRangeOf(Guid stepId)
    {
        Span<byte> bytes = stackalloc byte[16];
        stepId.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[8..].Clear();
        var lowest = new Guid(bytes, bigEndian: true);
        bytes[8..].Fill(0xFF);
        return (lowest, new Guid(bytes, bigEndian: true));
    }
}
