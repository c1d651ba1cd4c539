using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Solya.Workflows.Expressions;

/// <summary>Writes values as JSON and stops at <paramref name="most"/> bytes and at the depth of a document.</summary>
internal sealed class ValueWriter(Utf8JsonWriter writer, long most, int position)
{
    /// <summary>Text stays readable: only what JSON itself demands is escaped.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>The value's JSON text, of at most <paramref name="most"/> bytes.</summary>
    public static string Json(Value value, long most, int position)
    {
        if (value.IsJson && value.Raw.Length <= most)
        {
            return Encoding.UTF8.GetString(value.Raw);
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            new ValueWriter(writer, most, position).Write(value, depth: 0);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <param name="depth">Lists and maps that already surround the value.</param>
    public void Write(Value value, int depth)
    {
        if (value.IsJson)
        {
            WriteRaw(value, depth);
            return;
        }

        switch (value.Kind)
        {
            case ValueKind.Null:
                writer.WriteNullValue();
                break;
            case ValueKind.Bool:
                writer.WriteBooleanValue(value.AsBool());
                break;
            case ValueKind.Int:
                writer.WriteNumberValue(value.AsInt());
                break;
            case ValueKind.Double:
                writer.WriteRawValue(Spelling(value.AsDouble()), skipInputValidation: true);
                break;
            case ValueKind.String:
                Reserve(value.AsString().Length);
                writer.WriteStringValue(value.AsString());
                break;
            case ValueKind.List:
                Enter(depth);
                writer.WriteStartArray();
                foreach (var item in value.Items())
                {
                    Write(item, depth + 1);
                }

                writer.WriteEndArray();
                break;
            case ValueKind.Map:
                Enter(depth);
                writer.WriteStartObject();
                foreach (var (name, member) in value.Entries())
                {
                    writer.WritePropertyName(name);
                    Write(member, depth + 1);
                }

                writer.WriteEndObject();
                break;
        }

        Reserve(0);
    }

    // Whole numbers below 1e21 without an exponent: people read them in mails.
    private static string Spelling(double value)
        => Math.Abs(value) is >= 1e15 and < 1e21
            ? value.ToString("F0", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);

    private void WriteRaw(Value value, int depth)
    {
        Reserve(value.Raw.Length);
        // Alone it is as deep as it came, which was accepted before.
        if (depth > 0 && value.Kind is ValueKind.List or ValueKind.Map)
        {
            var reader = new Utf8JsonReader(value.Raw, AnyDepth);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                {
                    Enter(depth + reader.CurrentDepth);
                }
            }
        }

        writer.WriteRawValue(value.Raw, skipInputValidation: true);
    }

    private void Enter(int depth)
    {
        if (depth >= ExpressionLimits.RenderedDepth)
        {
            throw new ExpressionException(
                $"The result is nested more than {ExpressionLimits.RenderedDepth} levels deep", position);
        }
    }

    private void Reserve(int bytes)
    {
        if (writer.BytesCommitted + writer.BytesPending + bytes > most)
        {
            throw new ExpressionException($"The result is longer than {most} bytes", position);
        }
    }
}
