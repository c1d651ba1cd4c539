namespace Solya.Workflows.Expressions;

/// <summary>
/// A name or another value, followed by members, elements and methods: <c>a.b["c"][0].trim()</c>. Only here can
/// something be missing.
/// </summary>
internal sealed class PathNode(string text, int position, PathRoot root, IReadOnlyList<PathPart> parts) : Node(position)
{
    private const int ShownLength = 100;

    /// <summary>Whether it consists of fixed names and indexes only.</summary>
    public bool IsPlain => root.Name is not null && parts.All(part => part.IsPlain);

    /// <summary>Whether it can be asked for with <c>has</c>: it ends in something that can be missing.</summary>
    public bool CanBeMissing => parts.Count == 0 ? root.Name is not null : parts[^1] is not MethodPart;

    /// <summary>False, with the reason in <paramref name="missing"/>, when anything along the path is missing.</summary>
    public bool TryEvaluate(Evaluation evaluation, out Value value, out Missing missing)
    {
        missing = default;
        if (root.Node is not null)
        {
            value = root.Node.Evaluate(evaluation);
        }
        else
        {
            evaluation.Visit(Position);
            if (!evaluation.Scope.TryResolve(root.Name!, out value))
            {
                missing = new(Position, $"there is no '{root.Name}'");
                return false;
            }
        }

        foreach (var part in parts)
        {
            evaluation.Visit(part.Position);
            if (!part.TryStep(evaluation, value, out value, out var reason))
            {
                missing = new(part.Position, reason);
                return false;
            }
        }

        evaluation.SpendReading(value, Position);
        return true;
    }

    protected override Value Compute(Evaluation evaluation)
        => TryEvaluate(evaluation, out var value, out var missing)
            ? value
            : throw new ExpressionException($"'{Shown}' is missing: {missing.Reason}", missing.Position);

    private string Shown => text.Length <= ShownLength ? text : $"{text[..ShownLength]}…";
}

/// <summary>Either a name of the scope or any other expression.</summary>
internal readonly record struct PathRoot(string? Name, Node? Node);

/// <param name="Position">The step that found nothing.</param>
internal readonly record struct Missing(int Position, string Reason);

/// <summary>One step along a path.</summary>
internal abstract class PathPart(int position)
{
    public int Position => position;

    public abstract bool IsPlain { get; }

    public abstract bool TryStep(Evaluation evaluation, Value from, out Value to, out string reason);

    protected static bool TryMember(
        Evaluation evaluation, int position, Value from, string name, out Value to, out string reason)
    {
        reason = "";
        if (from.Kind == ValueKind.Map)
        {
            evaluation.SpendNames(from.Count, position);
            if (from.TryMember(name, out to))
            {
                return true;
            }

            reason = $"there is no '{name}'";
            return false;
        }

        to = default;
        reason = $"'{name}' is asked of {Describe.Kind(from)}";
        return false;
    }
}

/// <param name="hint">What the author may have meant, or nothing.</param>
internal sealed class MemberPart(int position, string name, string hint) : PathPart(position)
{
    public override bool IsPlain => true;

    public override bool TryStep(Evaluation evaluation, Value from, out Value to, out string reason)
    {
        var found = TryMember(evaluation, Position, from, name, out to, out reason);
        reason += found ? "" : hint;
        return found;
    }
}

internal sealed class IndexPart(int position, Node index) : PathPart(position)
{
    public override bool IsPlain => index is LiteralNode { Value.Kind: ValueKind.String or ValueKind.Int };

    public override bool TryStep(Evaluation evaluation, Value from, out Value to, out string reason)
    {
        var key = index.Evaluate(evaluation);
        if (key.Kind == ValueKind.String)
        {
            // A member's name is also what a message shows and a JSON reader must be able to compare.
            var name = BuiltText.Storable(key.AsString(index.Position), index.Position);
            return TryMember(evaluation, Position, from, name, out to, out reason);
        }

        if (!Arithmetic.TryWhole(key, out var place))
        {
            throw new ExpressionException(
                $"An index is a whole number or a string, not {Describe.Kind(key)}", index.Position);
        }

        evaluation.SpendNames(from.Kind == ValueKind.List ? from.Count : 0, Position);
        reason = from.Kind == ValueKind.List
            ? $"there is no element {place} in a list of {from.Count}"
            : $"element {place} is asked of {Describe.Kind(from)}";
        return from.TryItem(place, out to);
    }
}

internal sealed class MethodPart(int position, Function function, IReadOnlyList<Node> arguments) : PathPart(position)
{
    public override bool IsPlain => false;

    public override bool TryStep(Evaluation evaluation, Value from, out Value to, out string reason)
    {
        reason = "";
        to = function.Invoke(
            evaluation, Position, [from, .. arguments.Select(argument => argument.Evaluate(evaluation))]);
        return true;
    }
}

/// <summary><c>has(a.b.c)</c>: whether everything along the path is there.</summary>
internal sealed class HasNode(int position, PathNode path) : Node(position)
{
    protected override Value Compute(Evaluation evaluation) => Value.Of(path.TryEvaluate(evaluation, out _, out _));
}

/// <summary><c>coalesce(a, b, …)</c>: the first that is neither missing nor null, else null.</summary>
internal sealed class CoalesceNode(int position, IReadOnlyList<Node> candidates) : Node(position)
{
    protected override Value Compute(Evaluation evaluation)
    {
        foreach (var candidate in candidates)
        {
            var isThere = true;
            var value = candidate is PathNode path
                ? (isThere = path.TryEvaluate(evaluation, out var found, out _)) ? found : default
                : candidate.Evaluate(evaluation);
            if (isThere && value.Kind != ValueKind.Null)
            {
                return value;
            }
        }

        return Value.Null;
    }
}
