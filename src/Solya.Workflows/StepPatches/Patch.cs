namespace Solya.Workflows.StepPatches;

/// <summary>A field of a PATCH: absent (unchanged), given, or given as null (cleared).</summary>
public readonly record struct Patch<T>
{
    public Patch(T? value)
    {
        IsGiven = true;
        Value = value;
    }

    /// <summary>False when the body does not name the field; the default.</summary>
    public bool IsGiven { get; }

    public T? Value { get; }
}
