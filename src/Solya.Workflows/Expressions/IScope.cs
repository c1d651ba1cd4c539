namespace Solya.Workflows.Expressions;

/// <summary>The names an expression can begin with.</summary>
public interface IScope
{
    bool TryResolve(string name, out Value value);
}
