namespace Solya.Workflows.Api.Validation;

/// <summary>Everything wrong with a request, in the order it was found. At most <see cref="Most"/> are told.</summary>
internal sealed class FieldErrors
{
    public const int Most = 100;

    private readonly List<FieldError> _errors = [];
    private readonly HashSet<string> _fields = new(StringComparer.Ordinal);

    public IReadOnlyList<FieldError> All => _errors;

    public bool Any => _errors.Count > 0;

    /// <summary>Keeps the first error of each field: the others follow from it.</summary>
    public void Add(string field, string code, string message)
    {
        if (_errors.Count < Most && _fields.Add(field))
        {
            _errors.Add(new(field, code, message));
        }
    }
}
