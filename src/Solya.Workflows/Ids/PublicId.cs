using System.Buffers.Binary;

namespace Solya.Workflows.Ids;

/// <summary>
/// How an id looks outside: a prefix that names the kind, and the 128 bits as 26 lower-case Crockford base32 characters.
/// Clients must treat it as opaque. Whatever does not read back is an unknown id, never an error of its own.
/// </summary>
public static class PublicId
{
    public const string Run = "wfrun_";
    public const string Step = "wfstep_";
    public const string Definition = "wfdef_";
    public const string Event = "evt_";
    public const string Approval = "apr_";
    public const string Flow = "fl_";
    public const string FlowRun = "fl_run_";
    public const string Task = "task_";
    public const string Plan = "plan_";
    public const string Workspace = "ws_";
    public const string ApiKey = "key_";
    public const string Webhook = "wh_";
    public const string Delivery = "msg_";

    private const int Length = 26;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string Format(string prefix, Guid id) => string.Create(prefix.Length + Length, (prefix, id), static (text, state) =>
    {
        state.prefix.CopyTo(text);
        Span<byte> bytes = stackalloc byte[16];
        state.id.TryWriteBytes(bytes, bigEndian: true, out _);
        var value = new UInt128(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        for (var i = text.Length - 1; i >= state.prefix.Length; i--)
        {
            text[i] = Alphabet[(int)(ulong)(value & 31)];
            value >>= 5;
        }
    });

    /// <summary>The id, or null for any other text: wrong prefix, length, case or character.</summary>
    public static Guid? Parse(string prefix, string? text)
    {
        if (text is null || text.Length != prefix.Length + Length || !text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        UInt128 value = 0;
        foreach (var character in text.AsSpan(prefix.Length))
        {
            var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
            // 26 characters hold 130 bits: a set top bit belongs to no id.
            if (digit < 0 || value >> 123 != 0)
            {
                return null;
            }

            value = (value << 5) | (uint)digit;
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)(value >> 64));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (ulong)value);
        return new Guid(bytes, bigEndian: true);
    }
}
