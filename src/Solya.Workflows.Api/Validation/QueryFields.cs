using System.Globalization;
using Solya.Workflows.Ids;
using Solya.Workflows.Lists;
using Solya.Workflows.Times;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.Validation;

/// <summary>Reads the query of a request as strictly as <see cref="JsonFields"/> reads a body.</summary>
internal sealed class QueryFields(IQueryCollection source, FieldErrors errors)
{
    public const int DefaultLimit = 20;

    public const int MaxLimit = 100;

    public string? Text(string name)
    {
        if (OptionalText(name) is { } value)
        {
            return value;
        }

        errors.Add(name, FieldErrorCodes.Required, $"The query needs '{name}'.");
        return null;
    }

    public string? OptionalText(string name)
    {
        if (!source.TryGetValue(name, out var values) || values.Count == 0)
        {
            return null;
        }

        if (values.Count > 1)
        {
            errors.Add(name, FieldErrorCodes.Duplicate, $"The query names '{name}' more than once.");
            return null;
        }

        var value = values[0] ?? "";
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(name, FieldErrorCodes.UnsupportedText, $"'{name}' holds U+0000, which cannot be stored.");
            return null;
        }

        return value;
    }

    public TEnum? OptionalEnum<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (OptionalText(name) is not { } text)
        {
            return null;
        }

        if (WireText<TEnum>.TryParse(text, out var value))
        {
            return value;
        }

        errors.Add(name, FieldErrorCodes.InvalidValue, $"'{name}' must be one of {string.Join(", ", WireText<TEnum>.All)}.");
        return null;
    }

    public DateTimeOffset? OptionalInstant(string name)
    {
        if (OptionalText(name) is not { } text)
        {
            return null;
        }

        if (Timestamp.TryParse(text, out var instant))
        {
            return instant;
        }

        errors.Add(name, FieldErrorCodes.InvalidFormat, $"'{name}' must be a UTC date-time such as 2026-05-23T06:00:05.000Z.");
        return null;
    }

    /// <summary><c>limit</c> with <c>offset</c> or <c>cursor</c>.</summary>
    public PageRequest Page()
    {
        var limit = Integer("limit", 1, MaxLimit) ?? DefaultLimit;
        var offset = Integer("offset", 0, int.MaxValue);
        Guid? before = null;
        if (OptionalText("cursor") is { } cursor)
        {
            before = PublicId.Parse("", cursor);
            if (before is null)
            {
                errors.Add("cursor", FieldErrorCodes.InvalidValue, "'cursor' must be a nextCursor of an earlier page.");
            }
            else if (offset is not null)
            {
                errors.Add("cursor", FieldErrorCodes.NotAllowed, "'cursor' and 'offset' exclude each other.");
            }
        }

        return new(limit, offset ?? 0, before);
    }

    /// <summary><c>page</c> with <c>pageSize</c>, or <c>cursor</c>: the id of the last entry of the page before.</summary>
    /// <param name="idPrefix">Of the entries' public ids.</param>
    public NumberedPage NumberedPage(string idPrefix)
    {
        var number = Integer("page", 1, int.MaxValue);
        var size = Integer("pageSize", 1, MaxLimit) ?? DefaultLimit;
        Guid? before = null;
        if (OptionalText("cursor") is { } cursor)
        {
            before = PublicId.Parse(idPrefix, cursor);
            if (before is null)
            {
                errors.Add("cursor", FieldErrorCodes.InvalidValue, "'cursor' must be the id of the last entry of the page before.");
            }
            else if (number is not null)
            {
                errors.Add("cursor", FieldErrorCodes.NotAllowed, "'cursor' and 'page' exclude each other.");
            }
        }

        return new(number ?? 1, size, before);
    }

    /// <summary><c>page</c> with <c>pageSize</c>, of a list whose pages never shift.</summary>
    public OldestFirstPage OldestFirstPage() => new(Integer("page", 1, int.MaxValue) ?? 1, Integer("pageSize", 1, MaxLimit) ?? DefaultLimit);

    /// <summary>A whole number instead of a <c>page</c>.</summary>
    public long? OptionalPlace(string name)
    {
        if (OptionalText(name) is not { } text)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            errors.Add(name, FieldErrorCodes.OutOfRange, $"'{name}' must be an integer from 0.");
        }
        else if (source.ContainsKey("page"))
        {
            errors.Add(name, FieldErrorCodes.NotAllowed, $"'{name}' and 'page' exclude each other.");
        }

        return value;
    }

    public bool? OptionalBoolean(string name)
    {
        switch (OptionalText(name))
        {
            case null:
                return null;
            case "true":
                return true;
            case "false":
                return false;
            default:
                errors.Add(name, FieldErrorCodes.InvalidValue, $"'{name}' must be true or false.");
                return null;
        }
    }

    private int? Integer(string name, int least, int most)
    {
        if (OptionalText(name) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        errors.Add(name, FieldErrorCodes.OutOfRange, $"'{name}' must be an integer between {least} and {most}.");
        return null;
    }
}
