using System.Globalization;
using System.Text;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// A request in its final bytes, so that sending it costs the load generator nothing but the system call. Where its text
/// says <see cref="Number"/>, each sending carries another number.
/// </summary>
internal sealed class PreparedRequest
{
    public const string Number = "##########";

    private readonly byte[] _bytes;
    private readonly int _numberAt;

    private PreparedRequest(byte[] bytes)
    {
        _bytes = bytes;
        _numberAt = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Number));
    }

    public static PreparedRequest Of(string method, string path, string? json = null, string token = Workbench.Token)
        => WithHeader(method, path, $"Authorization: Bearer {token}", json);

    public static PreparedRequest WithHeader(string method, string path, string header, string? json = null)
    {
        var body = json is null ? "" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n";
        return new(Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n{body}\r\n{json}"));
    }

    /// <summary>The bytes with <paramref name="number"/> in them; they are the same memory each time.</summary>
    public ReadOnlyMemory<byte> With(long number)
    {
        if (_numberAt >= 0)
        {
            number.TryFormat(_bytes.AsSpan(_numberAt, Number.Length), out _, "D10", CultureInfo.InvariantCulture);
        }

        return _bytes;
    }
}
