namespace Solya.Workflows.Expressions;

/// <summary>How messages call the kinds. They never show a value: it may be a secret.</summary>
internal static class Describe
{
    public static string Kind(Value value) => value.Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Bool => "true or false",
        ValueKind.Int or ValueKind.Double => "a number",
        ValueKind.String => "a string",
        ValueKind.List => "a list",
        ValueKind.Map => "a map",
    };
}
