namespace Solya.Workflows.Api.Validation;

/// <summary>What can be wrong with a field.</summary>
public static class FieldErrorCodes
{
    public const string Required = "REQUIRED";
    public const string InvalidType = "INVALID_TYPE";
    public const string InvalidValue = "INVALID_VALUE";
    public const string InvalidFormat = "INVALID_FORMAT";
    public const string NullNotAllowed = "NULL_NOT_ALLOWED";
    public const string TooShort = "TOO_SHORT";
    public const string TooLong = "TOO_LONG";
    public const string TooMany = "TOO_MANY";
    public const string OutOfRange = "OUT_OF_RANGE";
    public const string NotAllowed = "NOT_ALLOWED";
    public const string Duplicate = "DUPLICATE";
    public const string UnsupportedText = "UNSUPPORTED_TEXT";
    public const string MalformedJson = "MALFORMED_JSON";
}
