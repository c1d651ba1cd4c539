namespace Solya.Workflows.Expressions;

/// <summary>One evaluation: what names mean in it, and how much it may still do.</summary>
internal sealed class Evaluation(IScope scope)
{
    // Work is counted finer than nodes, because one node may look at a whole list.
    private const int WorkPerVisit = 32;

    private const int CharactersPerWork = 64;

    private const int NamesPerWork = 8;

    private long left = (long)ExpressionLimits.Visits * WorkPerVisit;

    public IScope Scope => scope;

    public void Visit(int position) => Spend(WorkPerVisit, position);

    /// <summary>Looking at that many elements of a list or a map.</summary>
    public void SpendElements(long count, int position) => Spend(count, position);

    /// <summary>Searching a map of that many names.</summary>
    public void SpendNames(long count, int position) => Spend(count / NamesPerWork, position);

    /// <summary>Reading or making that many characters.</summary>
    public void SpendCharacters(long count, int position) => Spend(count / CharactersPerWork, position);

    /// <summary>The cost of reading <paramref name="value"/> when it is text or the digits of a number.</summary>
    public void SpendReading(Value value, int position)
    {
        if (value.Kind is ValueKind.String or ValueKind.Int or ValueKind.Double)
        {
            SpendCharacters(
                value.IsJson ? value.Raw.Length : value.Kind == ValueKind.String ? value.AsString().Length : 0, position);
        }
    }

    private void Spend(long work, int position)
    {
        left -= work;
        if (left < 0)
        {
            throw new ExpressionException("The expression takes too many steps to evaluate", position);
        }
    }
}
