namespace Solya.Workflows.Engine.Handlers;

/// <summary>Carries out one kind of effect outside the database. One instance serves all runs at once.</summary>
public interface IEffectHandler
{
    /// <summary>The name that definitions use, such as <c>http.request</c>.</summary>
    string Name { get; }

    /// <summary>Makes one attempt. Every expected failure is a result.</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="ct"/> was cancelled; the effect may have happened.</exception>
    Task<EffectResult> ExecuteAsync(EffectRequest request, CancellationToken ct);
}
