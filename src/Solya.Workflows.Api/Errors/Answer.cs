using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Solya.Workflows.Api.Errors;

/// <summary>A whole answer: status, JSON body and the headers that belong to it.</summary>
public sealed class Answer(int status, byte[] body) : IResult, IStatusCodeHttpResult
{
    private List<(string Name, string Value)>? _headers;

    public int Status { get; } = status;

    /// <summary>UTF-8 JSON.</summary>
    public byte[] Body { get; } = body;

    /// <summary>What a repeat under the same Idempotency-Key is told: the body, unless it holds what must not be stored.</summary>
    public byte[] Remembered { get; private init; } = body;

    /// <summary>Whether it tells a repeat what became of the first request.</summary>
    public bool IsReplay { get; private set; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    public static Answer Of<T>(int status, T value, JsonTypeInfo<T> type) => new(status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>An answer that is not remembered as it is given.</summary>
    public static Answer Of<T>(int status, T value, T remembered, JsonTypeInfo<T> type)
        => new(status, JsonSerializer.SerializeToUtf8Bytes(value, type)) { Remembered = JsonSerializer.SerializeToUtf8Bytes(remembered, type) };

    public Answer With(string header, string value)
    {
        (_headers ??= []).Add((header, value));
        return this;
    }

    public Answer AsReplay()
    {
        IsReplay = true;
        return With("Idempotent-Replayed", "true");
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = Body.Length;
        foreach (var (name, value) in _headers ?? [])
        {
            response.Headers.Append(name, value);
        }

        return response.Body.WriteAsync(Body, httpContext.RequestAborted).AsTask();
    }
}
