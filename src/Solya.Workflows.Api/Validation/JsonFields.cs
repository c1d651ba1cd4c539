using System.Globalization;
using System.Text.Json;
using Solya.Workflows.Api.Json;
using Solya.Workflows.StepPatches;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.Validation;

/// <summary>
/// Reads the fields of one JSON object with strict types: <c>"5"</c> is no number, <c>1.0</c> is an integer, null is only
/// what a field allows. What is wrong is noted under the field's path, and reading goes on, so that one answer can name
/// every bad field. Properties that nobody asks for are ignored.
/// </summary>
internal sealed class JsonFields(JsonElement source, string path, FieldErrors errors)
{
    public FieldErrors Errors { get; } = errors;

    public bool Has(string name) => source.TryGetProperty(name, out _);

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public string? Text(string name) => Required(name) is { } value ? TextOf(name, value) : null;

    public string? OptionalText(string name) => Optional(name) is { } value ? TextOf(name, value) : null;

    public string? NullableText(string name) => Nullable(name) is { Value: { } value } ? TextOf(name, value) : null;

    public Patch<string> TextPatch(string name)
    {
        var given = Nullable(name);
        return given.IsGiven ? new(given.Value is { } value ? TextOf(name, value) : null) : default;
    }

    public TEnum? Enum<TEnum>(string name)
        where TEnum : struct, Enum
        => Required(name) is { } value ? EnumOf<TEnum>(name, value) : null;

    public TEnum? OptionalEnum<TEnum>(string name)
        where TEnum : struct, Enum
        => Optional(name) is { } value ? EnumOf<TEnum>(name, value) : null;

    public TEnum? NullableEnum<TEnum>(string name)
        where TEnum : struct, Enum
        => Nullable(name) is { Value: { } value } ? EnumOf<TEnum>(name, value) : null;

    public DateTimeOffset? OptionalInstant(string name)
    {
        if (Optional(name) is not { } value || TextOf(name, value) is not { } text)
        {
            return null;
        }

        if (Timestamp.TryParse(text, out var instant))
        {
            return instant;
        }

        Errors.Add(PathOf(name), FieldErrorCodes.InvalidFormat, $"'{name}' must be a UTC date-time such as 2026-05-23T06:00:05.000Z.");
        return null;
    }

    /// <summary>A whole number between the bounds, both included; <c>5</c>, <c>5.0</c> and <c>5e0</c> are the same.</summary>
    public long? OptionalInteger(string name, long least, long most)
    {
        if (Optional(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            Errors.Add(PathOf(name), FieldErrorCodes.InvalidType, $"'{name}' must be an integer.");
            return null;
        }

        if (!value.TryGetInt64(out var number))
        {
            if (WholeNumber.Of(value.GetRawText()) is not { } whole)
            {
                Errors.Add(PathOf(name), FieldErrorCodes.InvalidType, $"'{name}' must be an integer.");
                return null;
            }

            number = whole;
        }

        if (number < least || number > most)
        {
            Errors.Add(PathOf(name), FieldErrorCodes.OutOfRange, $"'{name}' must be between {least} and {most}.");
            return null;
        }

        return number;
    }

    /// <summary>A number between the bounds, both included.</summary>
    public double? Number(string name, double least, double most) => Required(name) is { } value ? NumberOf(name, value, least, most) : null;

    /// <inheritdoc cref="Number"/>
    public double? NullableNumber(string name, double least, double most)
        => Nullable(name) is { Value: { } value } ? NumberOf(name, value, least, most) : null;

    /// <summary>Any number at all; its spelling stays with the document it stands in.</summary>
    public void OptionalNumber(string name)
    {
        if (Optional(name) is { ValueKind: not JsonValueKind.Number })
        {
            Errors.Add(PathOf(name), FieldErrorCodes.InvalidType, $"'{name}' must be a number.");
        }
    }

    public bool? OptionalBoolean(string name)
    {
        if (Optional(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Errors.Add(PathOf(name), FieldErrorCodes.InvalidType, $"'{name}' must be true or false.");
        return null;
    }

    /// <summary>Any value, null included, kept as sent; null when it is left out.</summary>
    public RawJsonValue? OptionalValue(string name) => source.TryGetProperty(name, out var value) ? new RawJsonValue(value.GetRawText()) : null;

    /// <summary>An array of strings.</summary>
    public List<string>? Texts(string name, int least, int most) => Array(name, least, most, (entry, field) =>
    {
        if (entry.ValueKind == JsonValueKind.String)
        {
            return entry.GetString()!;
        }

        Errors.Add(field, FieldErrorCodes.InvalidType, $"'{field}' must be a string.");
        return null!; // the error above keeps the list from being used
    });

    /// <summary>An array of strings that may be left out.</summary>
    public List<string>? OptionalTexts(string name, int least, int most) => Has(name) ? Texts(name, least, most) : null;

    /// <summary>An object, kept as sent.</summary>
    public RawJson? OptionalDocument(string name)
        => Optional(name) is { } value && IsObject(name, value) ? new RawJson(value.GetRawText()) : null;

    /// <inheritdoc cref="OptionalDocument"/>
    public Patch<RawJson?> DocumentPatch(string name)
    {
        var given = Nullable(name);
        return given.IsGiven
            ? new(given.Value is { } value && IsObject(name, value) ? new RawJson(value.GetRawText()) : null)
            : default;
    }

    /// <summary>An object whose fields <paramref name="read"/> reads.</summary>
    public T? Object<T>(string name, Func<JsonFields, T> read)
        where T : class
        => Required(name) is { } value && IsObject(name, value) ? read(new JsonFields(value, PathOf(name), Errors)) : null;

    /// <inheritdoc cref="Object"/>
    public T? OptionalObject<T>(string name, Func<JsonFields, T> read)
        where T : class
        => OptionalObject(name) is { } value ? read(new JsonFields(value, PathOf(name), Errors)) : null;

    /// <summary>An object to look into.</summary>
    public JsonElement? OptionalObject(string name) => Optional(name) is { } value && IsObject(name, value) ? value : null;

    /// <summary>An array of at least one entry, to look into.</summary>
    public JsonElement? NonEmptyArray(string name)
    {
        if (Required(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Errors.Add(PathOf(name), FieldErrorCodes.InvalidType, $"'{name}' must be an array.");
            return null;
        }

        if (value.GetArrayLength() == 0)
        {
            Errors.Add(PathOf(name), FieldErrorCodes.TooShort, $"'{name}' must have at least one entry.");
            return null;
        }

        return value;
    }

    /// <summary>An array whose entries <paramref name="read"/> reads one by one.</summary>
    public List<T>? Array<T>(string name, int least, int most, Func<JsonElement, string, T> read)
    {
        if (Required(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Errors.Add(PathOf(name), FieldErrorCodes.InvalidType, $"'{name}' must be an array.");
            return null;
        }

        var count = value.GetArrayLength();
        if (count < least)
        {
            Errors.Add(PathOf(name), FieldErrorCodes.TooShort, $"'{name}' must have at least {least} entries.");
        }
        else if (count > most)
        {
            Errors.Add(PathOf(name), FieldErrorCodes.TooMany, $"'{name}' may have at most {most} entries.");
            return null;
        }

        var list = new List<T>(count);
        var field = PathOf(name);
        foreach (var entry in value.EnumerateArray())
        {
            list.Add(read(entry, string.Create(CultureInfo.InvariantCulture, $"{field}[{list.Count}]")));
            if (Errors.All.Count >= FieldErrors.Most)
            {
                break; // enough is told; a hundred thousand more would help nobody
            }
        }

        return list;
    }

    /// <summary>An array of objects.</summary>
    public List<T>? Objects<T>(string name, int least, int most, Func<JsonFields, T> read)
        where T : class
        => Array(name, least, most, (entry, field) =>
        {
            if (entry.ValueKind == JsonValueKind.Object)
            {
                return read(new JsonFields(entry, field, Errors));
            }

            Errors.Add(field, FieldErrorCodes.InvalidType, $"{field} must be an object.");
            return null!; // the error above keeps the list from being used
        });

    /// <summary>The object itself, as sent.</summary>
    public RawJson Raw() => new(source.GetRawText());

    public TEnum? EnumOf<TEnum>(string name, JsonElement value)
        where TEnum : struct, Enum
    {
        if (value.ValueKind == JsonValueKind.String && WireText<TEnum>.TryParse(value.GetString()!, out var parsed))
        {
            return parsed;
        }

        Errors.Add(
            PathOf(name),
            value.ValueKind == JsonValueKind.String ? FieldErrorCodes.InvalidValue : FieldErrorCodes.InvalidType,
            $"'{name}' must be one of {string.Join(", ", WireText<TEnum>.All)}.");
        return null;
    }

    private JsonElement? Required(string name)
    {
        var given = Nullable(name);
        if (!given.IsGiven)
        {
            Errors.Add(PathOf(name), FieldErrorCodes.Required, $"'{name}' is required.");
            return null;
        }

        return NotNull(name, given.Value);
    }

    private JsonElement? Optional(string name)
    {
        var given = Nullable(name);
        return given.IsGiven ? NotNull(name, given.Value) : null;
    }

    private Patch<JsonElement?> Nullable(string name)
        => source.TryGetProperty(name, out var value)
            ? new(value.ValueKind == JsonValueKind.Null ? null : value)
            : default;

    private JsonElement? NotNull(string name, JsonElement? value)
    {
        if (value is null)
        {
            Errors.Add(PathOf(name), FieldErrorCodes.NullNotAllowed, $"'{name}' must not be null.");
        }

        return value;
    }

    private string? TextOf(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Errors.Add(PathOf(name), FieldErrorCodes.InvalidType, $"'{name}' must be a string.");
        return null;
    }

    private double? NumberOf(string name, JsonElement value, double least, double most)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            Errors.Add(PathOf(name), FieldErrorCodes.InvalidType, $"'{name}' must be a number.");
            return null;
        }

        var number = value.GetDouble();
        if (number >= least && number <= most)
        {
            return number;
        }

        Errors.Add(PathOf(name), FieldErrorCodes.OutOfRange, string.Create(
            CultureInfo.InvariantCulture, $"'{name}' must be between {least} and {most}."));
        return null;
    }

    private bool IsObject(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        Errors.Add(PathOf(name), FieldErrorCodes.InvalidType, $"'{name}' must be an object.");
        return false;
    }
}
