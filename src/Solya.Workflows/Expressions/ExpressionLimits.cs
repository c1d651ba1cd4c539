namespace Solya.Workflows.Expressions;

/// <summary>What keeps an expression cheap whatever was written and whatever data it meets.</summary>
public static class ExpressionLimits
{
    /// <summary>Characters of one expression.</summary>
    public const int TextLength = 10_000;

    /// <summary>Levels of parentheses, lists, calls, <c>!</c> and <c>? :</c> inside each other.</summary>
    public const int Nesting = 100;

    /// <summary>Nodes that one evaluation, or one rendering of a template, may visit.</summary>
    public const int Visits = 100_000;

    /// <summary>Characters of a string that an expression builds; one that is only passed on may be longer.</summary>
    public const int BuiltText = 1024 * 1024;

    /// <summary>Elements of a list that an expression builds.</summary>
    public const int BuiltList = 100_000;

    /// <summary>Bytes of a rendered document: a short template may name a large input many times.</summary>
    public const int RenderedBytes = 16 * 1024 * 1024;

    /// <summary>Levels of a rendered document, as many as a request may have; more could not be read again.</summary>
    public const int RenderedDepth = 64;
}
