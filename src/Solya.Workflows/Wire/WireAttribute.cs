namespace Solya.Workflows.Wire;

/// <summary>The exact text of an enum member in requests, answers and the database.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class WireAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}
