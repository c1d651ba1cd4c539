using System.Collections.Frozen;

namespace Solya.Workflows.Expressions;

/// <summary>Reads tokens into nodes by recursive descent; every recursion passes <see cref="Nested"/>.</summary>
internal sealed class Parser
{
    private static readonly FrozenDictionary<string, BinaryOperator>[] Levels =
    [
        Operators(
            ("==", Comparison.Equal), ("!=", Comparison.NotEqual), ("<", Comparison.Less), ("<=", Comparison.LessOrEqual),
            (">", Comparison.Greater), (">=", Comparison.GreaterOrEqual), ("in", Comparison.In)),
        Operators(("+", Arithmetic.Add), ("-", Arithmetic.Subtract)),
        Operators(("*", Arithmetic.Multiply), ("/", Arithmetic.Divide), ("%", Arithmetic.Remainder)),
    ];

    private readonly string text;
    private readonly IReadOnlyList<Token> tokens;
    private int at;
    private int depth;

    private Parser(string text, int start, int end)
    {
        this.text = text;
        tokens = new Lexer(text, start, end).Tokens();
    }

    private Token Current => tokens[at];

    /// <summary>The expression that fills the text from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public static Node Parse(string text, int start, int end)
    {
        var parser = new Parser(text, start, end);
        if (parser.Current.Kind == TokenKind.End)
        {
            throw new ExpressionException("The expression is empty", start);
        }

        var node = parser.Conditional();
        return parser.Current.Kind == TokenKind.End
            ? node
            : throw parser.Unexpected("an operator or the end");
    }

    private static FrozenDictionary<string, BinaryOperator> Operators(params (string, BinaryOperator)[] operators)
        => operators.ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);

    private Node Conditional() => Nested(() =>
    {
        var test = Logical("||", () => Logical("&&", () => Binary(0)));
        var position = Current.Start;
        if (!TryTake("?"))
        {
            return test;
        }

        var whenTrue = Conditional();
        Take(":");
        return new ConditionalNode(position, test, whenTrue, Conditional());
    });

    private Node Logical(string symbol, Func<Node> part)
    {
        var parts = new List<Node> { part() };
        while (TryTake(symbol))
        {
            parts.Add(part());
        }

        return parts.Count == 1 ? parts[0] : new LogicalNode(parts[0].Position, symbol, parts);
    }

    private Node Binary(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }

        var first = Binary(level + 1);
        var rest = new List<(BinaryOperator, int, Node)>();
        while (Current.Kind == TokenKind.Symbol && Levels[level].TryGetValue(Current.Text, out var apply))
        {
            var position = Next().Start;
            rest.Add((apply, position, Binary(level + 1)));
        }

        return rest.Count == 0 ? first : new ChainNode(first, rest);
    }

    private Node Unary()
    {
        var position = Current.Start;
        if (TryTake("!"))
        {
            return Nested(() => new NotNode(position, Unary()));
        }

        if (!TryTake("-"))
        {
            return Path();
        }

        // The smallest whole number has no positive twin: its sign belongs to the literal.
        return Current.Kind == TokenKind.Int && Current.Whole == 1UL << 63
            ? new LiteralNode(position, Value.Of(unchecked(-(long)Next().Whole)))
            : Nested(() => new NegateNode(position, Unary()));
    }

    private Node Path()
    {
        var start = Current.Start;
        var (root, node) = Root();
        var parts = new List<PathPart>();
        while (true)
        {
            var position = Current.Start;
            if (TryTake("."))
            {
                parts.Add(Member());
            }
            else if (TryTake("["))
            {
                parts.Add(new IndexPart(position, Conditional()));
                Take("]");
            }
            else
            {
                break;
            }
        }

        return root is null && parts.Count == 0
            ? node!
            : new PathNode(text[start..tokens[at - 1].End], start, new(root, node), parts);
    }

    private PathPart Member()
    {
        var name = Current;
        if (name.Kind != TokenKind.Name)
        {
            throw Unexpected("a name after '.'");
        }

        at++;
        if (!Current.Is("("))
        {
            // a.b-c is a subtraction; who has a member "b-c" is told why "b" is missing.
            var hint = Current.Is("-") && Current.Start == name.End ? "; a name with '-' is written [\"…\"]" : "";
            return new MemberPart(name.Start, name.Text, hint);
        }

        var arguments = Arguments();
        var method = Methods.All.GetValueOrDefault(name.Text)
            ?? throw new ExpressionException($"There is no method '{name.Text}'", name.Start);
        method.CheckCount(arguments.Count, subjects: 1, name.Start);
        return new MethodPart(name.Start, method, arguments);
    }

    /// <summary>What a path begins with: a name of the scope, or a node.</summary>
    private (string? Name, Node? Node) Root()
    {
        var token = Next();
        switch (token.Kind)
        {
            case TokenKind.Int when token.Whole <= long.MaxValue:
                return (null, new LiteralNode(token.Start, Value.Of((long)token.Whole)));
            case TokenKind.Int:
                throw new ExpressionException($"The number '{token.Text}' does not fit in 64 bits", token.Start);
            case TokenKind.Double:
                return (null, new LiteralNode(token.Start, Value.Of(token.Real)));
            case TokenKind.String:
                return (null, new LiteralNode(token.Start, Value.Of(token.Text)));
            case TokenKind.Name:
                return Named(token);
            case TokenKind.Symbol when token.Text == "(":
                var inner = Conditional();
                Take(")");
                return (null, inner);
            case TokenKind.Symbol when token.Text == "[":
                return (null, new ListNode(token.Start, Separated("]", Conditional)));
            case TokenKind.Symbol when token.Text == "{":
                return (null, new MapNode(token.Start, Separated("}", Entry)));
            default:
                at--;
                throw Unexpected("a value");
        }
    }

    private (string?, Node?) Named(Token name)
    {
        if (Current.Is("("))
        {
            return (null, Function(name));
        }

        return name.Text switch
        {
            "true" => (null, new LiteralNode(name.Start, Value.Of(true))),
            "false" => (null, new LiteralNode(name.Start, Value.Of(false))),
            "null" => (null, new LiteralNode(name.Start, Value.Null)),
            _ => (name.Text, null),
        };
    }

    private Node Function(Token name)
    {
        var arguments = Arguments();
        switch (name.Text)
        {
            case "has":
                return arguments is [PathNode { CanBeMissing: true } path]
                    ? new HasNode(name.Start, path)
                    : throw new ExpressionException("'has' needs one path, like has(a.b.c)", name.Start);
            case "coalesce":
                return arguments.Count > 0
                    ? new CoalesceNode(name.Start, arguments)
                    : throw new ExpressionException("'coalesce' needs at least 1 argument", name.Start);
            default:
                var function = Functions.All.GetValueOrDefault(name.Text)
                    ?? throw new ExpressionException($"There is no function '{name.Text}'", name.Start);
                function.CheckCount(arguments.Count, subjects: 0, name.Start);
                return new CallNode(name.Start, function, arguments);
        }
    }

    private List<Node> Arguments()
    {
        Take("(");
        return Separated(")", Conditional);
    }

    private (Node Name, Node Value) Entry()
    {
        var name = Conditional();
        Take(":");
        return (name, Conditional());
    }

    private List<T> Separated<T>(string closing, Func<T> element)
    {
        var elements = new List<T>();
        if (TryTake(closing))
        {
            return elements;
        }

        do
        {
            elements.Add(element());
        }
        while (TryTake(","));

        Take(closing);
        return elements;
    }

    private Node Nested(Func<Node> inner)
    {
        if (++depth > ExpressionLimits.Nesting)
        {
            throw new ExpressionException(
                $"The expression is nested more than {ExpressionLimits.Nesting} levels deep", Current.Start);
        }

        var node = inner();
        depth--;
        return node;
    }

    private Token Next() => tokens[at++];

    private bool TryTake(string symbol)
    {
        var isHere = Current.Is(symbol);
        at += isHere ? 1 : 0;
        return isHere;
    }

    private void Take(string symbol)
    {
        if (!TryTake(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    private ExpressionException Unexpected(string needed)
        => new($"Expected {needed}, found {Current.Shown}", Current.Start);
}
