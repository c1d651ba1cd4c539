using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Solya.Workflows.Expressions;

/// <summary>
/// A JSON document whose strings may hold <c>{{ expression }}</c>. Everything else of it is written back byte for byte.
/// Safe to share between threads.
/// </summary>
public sealed class Template
{
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private readonly byte[] json;
    private readonly IReadOnlyList<Slot> slots;

    private Template(byte[] json, IReadOnlyList<Slot> slots)
    {
        this.json = json;
        this.slots = slots;
    }

    /// <summary>Whether it holds no expression, so that it renders to itself.</summary>
    public bool IsConstant => slots.Count == 0;

    // The document is one string, whose value need not go through JSON.
    private bool IsOneString => slots is [{ Start: 0 } slot] && slot.End == json.Length;

    /// <summary>Reads a document; property names are not expanded.</summary>
    /// <exception cref="ExpressionException">An expression in it cannot be read.</exception>
    public static Template Parse(JsonElement json)
    {
        var bytes = JsonMarshal.GetRawUtf8Value(json).ToArray();
        var slots = new List<Slot>();
        var reader = new Utf8JsonReader(bytes, AnyDepth);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String
                && MayHoldTemplate(reader.ValueSpan)
                && TemplateText.Parse(TextOf(ref reader)) is { } text)
            {
                slots.Add(new((int)reader.TokenStartIndex, (int)reader.BytesConsumed, reader.CurrentDepth, text));
            }
        }

        return new(bytes, slots);
    }

    /// <summary>Reads one string, whose JSON the template renders to.</summary>
    /// <exception cref="ExpressionException">An expression in it cannot be read.</exception>
    public static Template ParseText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(Value.Of(text).ToJson());
        return new(bytes, TemplateText.Parse(text) is { } template ? [new(0, bytes.Length, 0, template)] : []);
    }

    /// <summary>The JSON text with every expression replaced, once: what a value holds is not expanded again.</summary>
    /// <exception cref="ExpressionException">An expression fails, or the result goes beyond a limit.</exception>
    public string Render(IScope scope) => Encoding.UTF8.GetString(RenderBytes(scope).Span);

    /// <summary>What <see cref="Render"/> gives, as a value.</summary>
    /// <exception cref="ExpressionException">As <see cref="Render"/>.</exception>
    public Value RenderValue(IScope scope)
    {
        if (IsOneString)
        {
            return slots[0].Text.Evaluate(new Evaluation(scope));
        }

        return Value.OfJson(JsonDocument.Parse(RenderBytes(scope), new() { MaxDepth = int.MaxValue }).RootElement);
    }

    private static bool MayHoldTemplate(ReadOnlySpan<byte> escaped)
        => escaped.Contains((byte)'{') || escaped.IndexOf(@"\u007"u8) >= 0;

    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // The only way to learn that the escapes of a JSON string are no text.
            throw new ExpressionException("A string holds half of a character", position: 0);
        }
    }

    private ReadOnlyMemory<byte> RenderBytes(IScope scope)
    {
        if (IsConstant)
        {
            return json;
        }

        var evaluation = new Evaluation(scope);
        var rendered = new ArrayBufferWriter<byte>(json.Length);
        using var writer = new Utf8JsonWriter(rendered, ValueWriter.Options);
        var from = 0;
        foreach (var slot in slots)
        {
            rendered.Write(json.AsSpan(from, slot.Start - from));
            from = slot.End;
            writer.Reset();
            new ValueWriter(writer, ExpressionLimits.RenderedBytes - rendered.WrittenCount, slot.Text.Position)
                .Write(slot.Text.Evaluate(evaluation), slot.Depth);
            writer.Flush();
        }

        rendered.Write(json.AsSpan(from));
        return rendered.WrittenMemory;
    }

    /// <summary>A string with expressions, from its first quote to behind its last.</summary>
    private readonly record struct Slot(int Start, int End, int Depth, TemplateText Text);
}
