using System.Runtime.InteropServices;
using System.Text.Json;

namespace Solya.Workflows.Expressions;

/// <summary>
/// What an expression works on. A JSON value stays the text it came as until something is computed from it, so that
/// <c>499.00</c> and whole numbers of any length pass through unharmed.
/// </summary>
public readonly struct Value
{
    // Undefined unless the value is JSON; then it alone counts, except for the bits of a whole number.
    private readonly JsonElement json;
    private readonly object? reference;
    private readonly long bits;

    private Value(ValueKind kind, JsonElement json = default, object? reference = null, long bits = 0)
    {
        Kind = kind;
        this.json = json;
        this.reference = reference;
        this.bits = bits;
    }

    public static Value Null => default;

    public ValueKind Kind { get; }

    /// <summary>False for null, false, 0, "", [] and {}.</summary>
    public bool IsTruthy => Kind switch
    {
        ValueKind.Null => false,
        ValueKind.Bool or ValueKind.Int => bits != 0,
        ValueKind.Double => AsDouble() != 0,
        ValueKind.String => IsJson ? Raw.Length > 2 : ((string)reference!).Length > 0,
        ValueKind.List or ValueKind.Map => Count > 0,
    };

    /// <summary>Elements of a list or entries of a map.</summary>
    /// <exception cref="InvalidOperationException">The value is neither.</exception>
    public int Count => Kind switch
    {
        ValueKind.List => IsJson ? json.GetArrayLength() : List.Count,
        ValueKind.Map => IsJson ? json.GetPropertyCount() : Map.Count,
        _ => throw NotA("list or map"),
    };

    internal bool IsNumber => Kind is ValueKind.Int or ValueKind.Double;

    internal bool IsJson => json.ValueKind != JsonValueKind.Undefined;

    /// <summary>The bytes of a JSON value as they came.</summary>
    internal ReadOnlySpan<byte> Raw => JsonMarshal.GetRawUtf8Value(json);

    private IReadOnlyList<Value> List => (IReadOnlyList<Value>)reference!;

    private IReadOnlyDictionary<string, Value> Map => (IReadOnlyDictionary<string, Value>)reference!;

    public static Value Of(bool value) => new(ValueKind.Bool, bits: value ? 1 : 0);

    public static Value Of(long value) => new(ValueKind.Int, bits: value);

    /// <exception cref="ArgumentOutOfRangeException">JSON has no way to write it: NaN or an infinity.</exception>
    public static Value Of(double value)
        => double.IsFinite(value)
            ? new(ValueKind.Double, bits: BitConverter.DoubleToInt64Bits(value))
            : throw new ArgumentOutOfRangeException(nameof(value));

    public static Value Of(string value) => new(ValueKind.String, reference: value);

    public static Value Of(IReadOnlyList<Value> value) => new(ValueKind.List, reference: value);

    public static Value Of(IReadOnlyDictionary<string, Value> value) => new(ValueKind.Map, reference: value);

    /// <summary>Wraps <paramref name="element"/>, whose document must outlive the value.</summary>
    /// <exception cref="ArgumentException">The element holds nothing.</exception>
    public static Value OfJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => Null,
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        JsonValueKind.Number => element.TryGetInt64(out var whole)
            ? new(ValueKind.Int, element, bits: whole)
            : new(ValueKind.Double, element),
        JsonValueKind.String => new(ValueKind.String, element),
        JsonValueKind.Array => new(ValueKind.List, element),
        JsonValueKind.Object => new(ValueKind.Map, element),
        _ => throw new ArgumentException("The element holds no JSON.", nameof(element)),
    };

    public bool AsBool() => Kind == ValueKind.Bool ? bits != 0 : throw NotA("bool");

    public long AsInt() => Kind == ValueKind.Int ? bits : throw NotA("whole number");

    /// <summary>Any number; an infinity when the JSON number is beyond the range of a double.</summary>
    public double AsDouble() => Kind switch
    {
        ValueKind.Int => bits,
        ValueKind.Double => IsJson ? json.GetDouble() : BitConverter.Int64BitsToDouble(bits),
        _ => throw NotA("number"),
    };

    /// <exception cref="ExpressionException">The JSON string holds half of a character.</exception>
    public string AsString() => AsString(0);

    /// <summary>The elements of a list.</summary>
    public IEnumerable<Value> Items()
    {
        if (Kind != ValueKind.List)
        {
            throw NotA("list");
        }

        return IsJson ? json.EnumerateArray().Select(OfJson) : List;
    }

    /// <summary>The entries of a map, in their order.</summary>
    /// <exception cref="ExpressionException">A JSON name holds half of a character.</exception>
    public IEnumerable<KeyValuePair<string, Value>> Entries()
    {
        if (Kind != ValueKind.Map)
        {
            throw NotA("map");
        }

        return IsJson
            ? json.EnumerateObject().Select(property => KeyValuePair.Create(NameOf(property), OfJson(property.Value)))
            : Map;
    }

    /// <summary>The member of a map; false for a name it does not have and for anything that is no map.</summary>
    public bool TryMember(string name, out Value value)
    {
        value = default;
        if (Kind != ValueKind.Map)
        {
            return false;
        }

        if (!IsJson)
        {
            return Map.TryGetValue(name, out value);
        }

        if (!TryProperty(name, out var property))
        {
            return false;
        }

        value = OfJson(property);
        return true;
    }

    /// <summary>The element of a list, from 0; false outside of it and for anything that is no list.</summary>
    public bool TryItem(long index, out Value value)
    {
        value = default;
        if (Kind != ValueKind.List || index < 0 || index >= Count)
        {
            return false;
        }

        value = IsJson ? OfJson(json[(int)index]) : List[(int)index];
        return true;
    }

    /// <summary>Writes the value; what came as JSON byte for byte as it came.</summary>
    /// <exception cref="ExpressionException">It goes beyond <see cref="ExpressionLimits"/>.</exception>
    public void WriteTo(Utf8JsonWriter writer)
        => new ValueWriter(writer, ExpressionLimits.RenderedBytes, position: 0).Write(this, depth: 0);

    /// <exception cref="ExpressionException">It goes beyond <see cref="ExpressionLimits"/>.</exception>
    public string ToJson() => ValueWriter.Json(this, ExpressionLimits.RenderedBytes, position: 0);

    /// <summary>What stands in an interpolated text: a string as it is, anything else as its JSON.</summary>
    /// <exception cref="ExpressionException">It goes beyond <see cref="ExpressionLimits"/>.</exception>
    public string ToText() => Kind == ValueKind.String ? AsString() : ToJson();

    public override string ToString() => ToJson();

    internal string AsString(int position)
    {
        if (Kind != ValueKind.String)
        {
            throw NotA("string");
        }

        try
        {
            return IsJson ? json.GetString()! : (string)reference!;
        }
        catch (InvalidOperationException)
        {
            // The only way to learn that the escapes of a JSON string are no text.
            throw new ExpressionException("A string holds half of a character", position);
        }
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw new ExpressionException("A name holds half of a character", position: 0);
        }
    }

    private bool TryProperty(string name, out JsonElement property)
    {
        try
        {
            return json.TryGetProperty(name, out property);
        }
        catch (InvalidOperationException)
        {
            throw new ExpressionException("A name holds half of a character", position: 0);
        }
    }

    private InvalidOperationException NotA(string kind) => new($"The value is a {Kind}, not a {kind}.");
}
