namespace Solya.Workflows.Expressions;

// The language has its own Int, Double and String; no other words say it better.
#pragma warning disable CA1720
public enum ValueKind
{
    Null,
    Bool,

    /// <summary>A whole number of 64 bits.</summary>
    Int,

    /// <summary>Any other number.</summary>
    Double,
    String,
    List,
    Map,
}
#pragma warning restore CA1720
