using System.Reflection;

namespace Solya.Workflows.Api.Validation;

/// <summary>A request as its handler sees it. Binding leaves it empty and never fails; the validation filter fills it.</summary>
public sealed class Input<TRequest>
    where TRequest : class
{
    private TRequest? _value;

    /// <exception cref="InvalidOperationException">The route has no validation filter.</exception>
    public TRequest Value
    {
        get => _value ?? throw new InvalidOperationException($"The route of {typeof(TRequest).Name} has no validation filter.");
        internal set => _value = value;
    }

    public static ValueTask<Input<TRequest>?> BindAsync(HttpContext context, ParameterInfo parameter) => new(new Input<TRequest>());
}
