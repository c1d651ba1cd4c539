using System.Globalization;
using System.Text.Json;
using Solya.Workflows.Definitions;
using Solya.Workflows.Expressions;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Graphs;

/// <summary>Reads the fields of one step of a definition; what is wrong is noted under its path, and reading goes on.</summary>
internal sealed class StepFields
{
    private readonly JsonElement _source;

    private StepFields(JsonElement source, string path, List<FlowFault> faults) => (_source, Path, Faults) = (source, path, faults);

    public List<FlowFault> Faults { get; }

    public string Path { get; }

    /// <summary>The fields of an object; null, and noted, when the value is none or has a name that is no text.</summary>
    public static StepFields? Of(JsonElement source, string path, List<FlowFault> faults)
    {
        if (source.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new(path, "INVALID_TYPE", $"'{path[(path.LastIndexOf('.') + 1)..]}' must be an object."));
            return null;
        }

        try
        {
            foreach (var property in source.EnumerateObject())
            {
                _ = property.Name;
            }
        }
        catch (InvalidOperationException)
        {
            // No look-up in the object would get past its escapes.
            faults.Add(new(path, "INVALID_NAME", "A name holds half of a character."));
            return null;
        }

        return new(source, path, faults);
    }

    public bool Has(string name) => _source.TryGetProperty(name, out _);

    public string PathOf(string name) => $"{Path}.{name}";

    public void Fault(string name, string code, string message) => Faults.Add(new(PathOf(name), code, message));

    public string? Text(string name, int most)
    {
        if (_source.TryGetProperty(name, out _))
        {
            return OptionalText(name, most);
        }

        Fault(name, "REQUIRED", $"'{name}' is required.");
        return null;
    }

    public string? OptionalText(string name, int most)
    {
        if (!_source.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (TextOf(value) is not { } text)
        {
            Fault(name, "INVALID_TYPE", $"'{name}' must be a string.");
            return null;
        }

        if (text.Length == 0 || text.Length > most)
        {
            Fault(name, text.Length == 0 ? "TOO_SHORT" : "TOO_LONG", $"'{name}' must have 1 to {most} characters.");
            return null;
        }

        return text;
    }

    public TEnum OptionalEnum<TEnum>(string name, TEnum otherwise)
        where TEnum : struct, Enum
    {
        if (!_source.TryGetProperty(name, out var value))
        {
            return otherwise;
        }

        if (TextOf(value) is { } text && WireText<TEnum>.TryParse(text, out var parsed))
        {
            return parsed;
        }

        Fault(name, "INVALID_VALUE", $"'{name}' must be one of {string.Join(", ", WireText<TEnum>.All)}.");
        return otherwise;
    }

    public bool OptionalBoolean(string name, bool otherwise)
    {
        if (!_source.TryGetProperty(name, out var value))
        {
            return otherwise;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Fault(name, "INVALID_TYPE", $"'{name}' must be true or false.");
        return otherwise;
    }

    public double? OptionalNumber(string name, double least, double most, bool whole = true)
    {
        if (!_source.TryGetProperty(name, out var value))
        {
            return null;
        }

        // What no double holds is infinite here: out of range, not a fraction.
        if (value.ValueKind != JsonValueKind.Number || (whole && double.IsFinite(value.GetDouble()) && value.GetDouble() % 1 != 0))
        {
            Fault(name, "INVALID_TYPE", whole ? $"'{name}' must be an integer." : $"'{name}' must be a number.");
            return null;
        }

        var number = value.GetDouble();
        if (number >= least && number <= most)
        {
            return number;
        }

        Fault(name, "OUT_OF_RANGE", string.Create(CultureInfo.InvariantCulture, $"'{name}' must be between {least} and {most}."));
        return null;
    }

    public StepFields? OptionalObject(string name)
        => _source.TryGetProperty(name, out var value) ? Of(value, PathOf(name), Faults) : null;

    /// <summary>A required array.</summary>
    public JsonElement? Array(string name, int least)
    {
        if (!_source.TryGetProperty(name, out var value))
        {
            Fault(name, "REQUIRED", $"'{name}' is required.");
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Fault(name, "INVALID_TYPE", $"'{name}' must be an array.");
            return null;
        }

        if (value.GetArrayLength() < least)
        {
            Fault(name, "TOO_SHORT", $"'{name}' must have at least {least} entries.");
            return null;
        }

        return value;
    }

    /// <summary>A value with expressions in its strings.</summary>
    /// <param name="allowed">What it may be, before expressions are evaluated.</param>
    public Template? OptionalTemplate(string name, params JsonValueKind[] allowed)
    {
        if (!_source.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (!allowed.Contains(value.ValueKind))
        {
            Fault(name, "INVALID_TYPE", $"'{name}' must be {string.Join(" or ", allowed.Select(NameOf))}.");
            return null;
        }

        return TemplateOf(name, value);
    }

    public Template TemplateOfWhole() => TemplateOf(_source, Path) ?? Template.ParseText("");

    public Expression? Condition(string name)
    {
        if (Text(name, ExpressionLimits.TextLength) is not { } text)
        {
            return null;
        }

        try
        {
            return Expression.ParseCondition(text);
        }
        catch (ExpressionException wrong)
        {
            Fault(name, "INVALID_EXPRESSION", wrong.Message);
            return null;
        }
    }

    private Template? TemplateOf(string name, JsonElement value) => TemplateOf(value, PathOf(name));

    private Template? TemplateOf(JsonElement value, string at)
    {
        try
        {
            return Template.Parse(value);
        }
        catch (ExpressionException wrong)
        {
            Faults.Add(new(at, "INVALID_EXPRESSION", wrong.Message));
            return null;
        }
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // its escapes are no text: half of a character
        }
    }

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => kind.ToString(),
    };
}
