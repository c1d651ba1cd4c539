using System.Text;

namespace Solya.Workflows.Engine.Outgoing;

/// <summary>How a response says that its text is encoded; UTF-8 when it says nothing or something unusual.</summary>
internal static class ResponseEncoding
{
    public static Encoding Of(HttpContent content) =>
        content.Headers.ContentType?.CharSet?.Trim('"').ToLowerInvariant() switch
        {
            "iso-8859-1" or "latin1" or "windows-1252" => Encoding.Latin1,
            "utf-16" or "utf-16le" => Encoding.Unicode,
            "utf-16be" => Encoding.BigEndianUnicode,
            _ => Encoding.UTF8,
        };
}
