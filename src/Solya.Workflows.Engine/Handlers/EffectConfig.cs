using System.Runtime.InteropServices;
using System.Text.Json;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Engine.Handlers;

/// <summary>Reads a config field by field and remembers the first thing wrong with it. A null field counts as absent.</summary>
internal sealed class EffectConfig
{
    // A config may nest as deep as what was accepted; its text is what matters here.
    private const int AnyDepth = 1_000;

    private readonly JsonElement _config;

    public EffectConfig(JsonElement config)
    {
        _config = config;
        if (config.ValueKind != JsonValueKind.Object)
        {
            Refuse("config", "must be an object.");
        }
        else if (!StorableJson.IsStorable(JsonMarshal.GetRawUtf8Value(config), AnyDepth))
        {
            Refuse("config", "holds U+0000 or a lone surrogate.");
            _config = default;
        }
    }

    /// <summary>The first fault; what was read is not to be used when there is one.</summary>
    public ConfigFault? Fault { get; private set; }

    /// <param name="problem">Completes the sentence "'field' …".</param>
    public void Refuse(string field, string problem) => Fault ??= new(field, StorableText.Clean($"'{field}' {problem}"));

    public JsonElement? Value(string field) =>
        _config.ValueKind == JsonValueKind.Object && _config.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>Whether the field is there, be it null.</summary>
    public bool Has(string field) => _config.ValueKind == JsonValueKind.Object && _config.TryGetProperty(field, out _);

    public string? Text(string field)
    {
        if (Value(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Refuse(field, "must be a string.");
        return null;
    }

    public string RequiredText(string field)
    {
        var text = Text(field);
        if (string.IsNullOrEmpty(text))
        {
            Refuse(field, "is required.");
        }

        return text ?? "";
    }

    /// <summary>A string, or an array of them; none when absent or "".</summary>
    public IReadOnlyList<string> Texts(string field)
    {
        switch (Value(field))
        {
            case null:
                return [];
            case { ValueKind: JsonValueKind.String } one:
                return one.GetString() is { Length: > 0 } text ? [text] : [];
            case { ValueKind: JsonValueKind.Array } many when many.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String):
                return [.. many.EnumerateArray().Select(item => item.GetString()!)];
            default:
                Refuse(field, "must be a string or an array of strings.");
                return [];
        }
    }

    /// <summary>An object of strings, numbers, booleans, or (with <paramref name="lists"/>) arrays of them: one pair for each. Nulls are left out.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string field, bool lists)
    {
        if (Value(field) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse(field, "must be an object.");
            return [];
        }

        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var property in value.EnumerateObject())
        {
            IEnumerable<JsonElement> items = lists && property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray() : [property.Value];
            foreach (var item in items.Where(item => item.ValueKind != JsonValueKind.Null))
            {
                if (Scalar(item) is { } text)
                {
                    pairs.Add(new(property.Name, text));
                }
                else
                {
                    Refuse($"{field}.{property.Name}", lists ? "must be a string, number, boolean or an array of them." : "must be a string, number or boolean.");
                }
            }
        }

        return pairs;
    }

    /// <summary>A string as it is, a number or boolean as it is written; null for anything else.</summary>
    public static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}
