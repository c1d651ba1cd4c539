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
    private readonly bool _ignoresNull;

    private StepFields(JsonElement source, string path, List<FlowFault> faults, bool ignoresNull)
        => (_source, Path, Faults, _ignoresNull) = (source, path, faults, ignoresNull);

    public List<FlowFault> Faults { get; }

    public string Path { get; }

    /// <summary>The fields of an object; null, and noted, when the value is none or has a name that is no text.</summary>
    /// <param name="ignoresNull">Whether a field that is null counts as left out.</param>
    public static StepFields? Of(JsonElement source, string path, List<FlowFault> faults, bool ignoresNull = false)
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

        return new(source, path, faults, ignoresNull);
    }

    public bool Has(string name) => TryGet(name, out _);

    public string PathOf(string name) => $"{Path}.{name}";

    public void Fault(string name, string code, string message) => Faults.Add(new(PathOf(name), code, message));

    public string? Text(string name, int most)
    {
        if (TryGet(name, out _))
        {
            return OptionalText(name, most);
        }

        Fault(name, "REQUIRED", $"'{name}' is required.");
        return null;
    }

    public string? OptionalText(string name, int most)
    {
        if (!TryGet(name, out var value))
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
        if (!TryGet(name, out var value))
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
        if (!TryGet(name, out var value))
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
        if (!TryGet(name, out var value))
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
        => TryGet(name, out var value) ? Of(value, PathOf(name), Faults, _ignoresNull) : null;

    /// <summary>A required array.</summary>
    public JsonElement? Array(string name, int least)
    {
        if (!TryGet(name, out var value))
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
        if (!TryGet(name, out var value))
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

    /// <summary>An object of the named fields, as far as they are given. Whether they may be what they are has been asked before.</summary>
    public Template TemplateOf(IEnumerable<string> names)
    {
        var properties = names.Where(Has).Select(name => $"\"{name}\":{_source.GetProperty(name).GetRawText()}");
        return TemplateOf(JsonElement.Parse($"{{{string.Join(',', properties)}}}"), Path) ?? Template.ParseText("");
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

    /// <summary>A required text with expressions in it.</summary>
    public Template? TextTemplate(string name, int most)
    {
        if (Text(name, most) is not { } text)
        {
            return null;
        }

        try
        {
            return Template.ParseText(text);
        }
        catch (ExpressionException wrong)
        {
            Fault(name, "INVALID_EXPRESSION", wrong.Message);
            return null;
        }
    }

    /// <summary>The node with how often it is tried, how long it may take, and whether its failure counts.</summary>
    public GraphNode? WithPolicies(GraphNode? node, NodeKind kind)
    {
        var retry = Retry(kind == NodeKind.Approval ? RetryPolicy.Once : RetryPolicy.Default);
        var timeout = OptionalNumber("timeoutMs", 1, StepsCompiler.MaxWaitMs);
        var goesOn = OptionalBoolean("continueOnError", false);
        return node is null
            ? null
            : node with { Retry = retry, Timeout = timeout is { } ms ? TimeSpan.FromMilliseconds(ms) : null, ContinueOnError = goesOn };
    }

    private RetryPolicy Retry(RetryPolicy otherwise)
    {
        if (OptionalObject("retry") is not { } retry)
        {
            return otherwise;
        }

        return new(
            (int)(retry.OptionalNumber("maxAttempts", 1, 20) ?? otherwise.MaxAttempts),
            (long)(retry.OptionalNumber("backoffMs", 100, StepsCompiler.MaxWaitMs) ?? otherwise.BackoffMs),
            retry.OptionalNumber("multiplier", 1, 10, whole: false) ?? otherwise.Multiplier,
            (long)(retry.OptionalNumber("maxBackoffMs", 100, StepsCompiler.MaxWaitMs) ?? otherwise.MaxBackoffMs),
            retry.OptionalBoolean("jitter", otherwise.Jitter));
    }

    private bool TryGet(string name, out JsonElement value)
        => _source.TryGetProperty(name, out value) && !(_ignoresNull && value.ValueKind == JsonValueKind.Null);

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
