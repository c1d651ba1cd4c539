using System.Text;
using System.Text.Json;

namespace Solya.Workflows.Engine.Handlers.Http;

/// <summary>A request's body and the media type it has unless a header says otherwise.</summary>
internal sealed record RequestBody(byte[] Bytes, string MediaType)
{
    /// <summary>Reads <c>body</c> and <c>bodyType</c> (<c>none</c>, <c>json</c>, <c>form</c>, <c>raw</c>); null when nothing is sent.</summary>
    public static RequestBody? Read(EffectConfig config)
    {
        var body = config.Value("body");
        switch (config.Text("bodyType") ?? (body is null ? "none" : "json"))
        {
            case "none":
                return null;
            case "json":
                // With the type named, null is a document too.
                return !config.Has("body") ? null : new(Encoding.UTF8.GetBytes(body?.GetRawText() ?? "null"), "application/json");
            case "form":
                return body is null ? null : new(Form(config.Pairs("body", lists: true)), "application/x-www-form-urlencoded");
            case "raw":
                return body is { } raw ? Raw(config, raw) : null;
            default:
                config.Refuse("bodyType", "must be none, json, form or raw.");
                return null;
        }
    }

    private static byte[] Form(IReadOnlyList<KeyValuePair<string, string>> fields) =>
        Encoding.ASCII.GetBytes(string.Join('&', fields.Select(field => $"{Escape(field.Key)}={Escape(field.Value)}")));

    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private static RequestBody? Raw(EffectConfig config, JsonElement body)
    {
        if (EffectConfig.Scalar(body) is { } text)
        {
            return new(Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");
        }

        config.Refuse("body", "must be a string when bodyType is raw.");
        return null;
    }
}
