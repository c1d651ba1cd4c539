namespace Solya.Workflows.Expressions;

/// <summary>A part of a parsed expression. It is visited once at most, for there are no loops.</summary>
internal abstract class Node(int position)
{
    public int Position => position;

    public Value Evaluate(Evaluation evaluation)
    {
        evaluation.Visit(position);
        return Compute(evaluation);
    }

    protected abstract Value Compute(Evaluation evaluation);

    /// <summary>Evaluates what must be true or false; there is no truthiness inside an expression.</summary>
    protected static bool EvaluateBool(Node node, Evaluation evaluation, string asker)
    {
        var value = node.Evaluate(evaluation);
        return value.Kind == ValueKind.Bool
            ? value.AsBool()
            : throw new ExpressionException(
                $"'{asker}' needs true or false, not {Describe.Kind(value)}; bool(…) makes one of anything", node.Position);
    }
}

internal sealed class LiteralNode(int position, Value value) : Node(position)
{
    public Value Value => value;

    protected override Value Compute(Evaluation evaluation) => value;
}

internal sealed class ListNode(int position, IReadOnlyList<Node> items) : Node(position)
{
    protected override Value Compute(Evaluation evaluation) => Value.Of([.. items.Select(item => item.Evaluate(evaluation))]);
}

internal sealed class MapNode(int position, IReadOnlyList<(Node Name, Node Value)> entries) : Node(position)
{
    protected override Value Compute(Evaluation evaluation)
    {
        var map = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (nameNode, valueNode) in entries)
        {
            var name = nameNode.Evaluate(evaluation);
            if (name.Kind != ValueKind.String)
            {
                throw new ExpressionException(
                    $"The names of a map are strings, not {Describe.Kind(name)}", nameNode.Position);
            }

            evaluation.SpendReading(name, nameNode.Position);
            var text = BuiltText.Storable(name.AsString(nameNode.Position), nameNode.Position);
            if (!map.TryAdd(text, valueNode.Evaluate(evaluation)))
            {
                throw new ExpressionException("The map has the same name twice", nameNode.Position);
            }
        }

        return Value.Of(map);
    }
}

internal sealed class ConditionalNode(int position, Node test, Node whenTrue, Node whenFalse) : Node(position)
{
    protected override Value Compute(Evaluation evaluation)
        => (EvaluateBool(test, evaluation, "?") ? whenTrue : whenFalse).Evaluate(evaluation);
}

/// <summary><c>a || b || c</c> or <c>a &amp;&amp; b &amp;&amp; c</c>: the first that decides is the last evaluated.</summary>
internal sealed class LogicalNode(int position, string symbol, IReadOnlyList<Node> parts) : Node(position)
{
    private readonly bool deciding = symbol == "||";

    protected override Value Compute(Evaluation evaluation)
    {
        foreach (var part in parts)
        {
            if (EvaluateBool(part, evaluation, symbol) == deciding)
            {
                return Value.Of(deciding);
            }
        }

        return Value.Of(!deciding);
    }
}

internal sealed class NotNode(int position, Node operand) : Node(position)
{
    protected override Value Compute(Evaluation evaluation) => Value.Of(!EvaluateBool(operand, evaluation, "!"));
}

internal sealed class NegateNode(int position, Node operand) : Node(position)
{
    protected override Value Compute(Evaluation evaluation)
        => Arithmetic.Negate(evaluation, Position, operand.Evaluate(evaluation));
}

internal delegate Value BinaryOperator(Evaluation evaluation, int position, Value left, Value right);

/// <summary><c>a + b - c</c>: operators of one precedence from left to right, in a loop because chains may be long.</summary>
internal sealed class ChainNode(Node first, IReadOnlyList<(BinaryOperator Apply, int Position, Node Operand)> rest)
    : Node(first.Position)
{
    protected override Value Compute(Evaluation evaluation)
    {
        var result = first.Evaluate(evaluation);
        foreach (var (apply, position, operand) in rest)
        {
            result = apply(evaluation, position, result, operand.Evaluate(evaluation));
        }

        return result;
    }
}

/// <summary>A function or method; a method's subject is its first argument.</summary>
internal sealed class CallNode(int position, Function function, IReadOnlyList<Node> arguments) : Node(position)
{
    protected override Value Compute(Evaluation evaluation)
        => function.Invoke(evaluation, Position, [.. arguments.Select(argument => argument.Evaluate(evaluation))]);
}
