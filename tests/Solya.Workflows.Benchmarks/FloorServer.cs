using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Solya.Workflows.Benchmarks;

/// <summary>
/// The least that could answer the same requests: Kestrel, the body read by generated code, one prepared statement and one
/// commit a request. No token, no validation, no log, no run to touch, no history.
/// </summary>
internal static class FloorServer
{
    public const string Argument = "serve-floor";
    public const string ConnectionVariable = "FLOOR_POSTGRES";

    /// <summary>The columns of the steps and of the tasks, without checks and references.</summary>
    public const string Tables =
        """
        CREATE TABLE floor_steps (LIKE workflow_run_steps INCLUDING DEFAULTS, PRIMARY KEY (organization_id, run_id, id)) WITH (fillfactor = 80);
        CREATE TABLE floor_tasks (LIKE tasks INCLUDING INDEXES);
        """;

    private const string InsertSql =
        """
        INSERT INTO floor_steps (organization_id, run_id, id, node_id, node_type, action_type, status, retry_count, resolved_input,
                                 started_at, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $10)
        """;

    private const string UpdateSql =
        """
        UPDATE floor_steps
           SET status = $4, completed_at = $5, duration_ms = (extract(epoch FROM $5 - started_at) * 1000)::bigint, output = $6, updated_at = $7
         WHERE organization_id = $1 AND run_id = $2 AND id = $3
        """;

    private const string RunSql =
        """
        SELECT id, organization_id, workflow_id, external_run_id, executor, status, trigger_context, output_summary, error_code,
               error_message, error_details, heartbeat_interval_seconds, last_heartbeat_at, created_at, started_at, completed_at, updated_at
          FROM workflow_runs
         WHERE organization_id = $1 AND id = $2
        """;

    private const string StepsSql =
        """
        SELECT id, run_id, organization_id, node_id, node_type, action_type, status, retry_count, resolved_input, output, error_code,
               error_message, error_details, logs, started_at, completed_at, duration_ms, created_at, updated_at
          FROM workflow_run_steps
         WHERE organization_id = $1 AND run_id = $2
         ORDER BY started_at, created_at, id
        """;

    private static readonly Column[] RunColumns =
    [
        new("id", Kind.Id), new("organizationId"), new("workflowId", Kind.Id), new("externalRunId"), new("executor"), new("status"),
        new("triggerContext", Kind.Document), new("outputSummary", Kind.Document), new("errorCode"), new("errorMessage"),
        new("errorDetails", Kind.Document), new("heartbeatIntervalSeconds", Kind.Integer), new("lastHeartbeatAt", Kind.Instant),
        new("createdAt", Kind.Instant), new("startedAt", Kind.Instant), new("completedAt", Kind.Instant), new("updatedAt", Kind.Instant),
    ];

    private static readonly Column[] StepColumns =
    [
        new("stepId", Kind.Id), new("runId", Kind.Id), new("organizationId"), new("nodeId"), new("nodeType"), new("actionType"),
        new("status"), new("retryCount", Kind.Bigint), new("resolvedInput", Kind.Document), new("output", Kind.Document),
        new("errorCode"), new("errorMessage"), new("errorDetails", Kind.Document), new("logs"), new("startedAt", Kind.Instant),
        new("completedAt", Kind.Instant), new("durationMs", Kind.Bigint), new("createdAt", Kind.Instant), new("updatedAt", Kind.Instant),
    ];

    private enum Kind
    {
        Text, Id, Document, Integer, Bigint, Instant,
    }

    public static async Task<int> RunAsync()
    {
        // The pool of the service, statements prepared at their second use, and nothing sent besides.
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable(ConnectionVariable))
            {
                MaxPoolSize = 32,
                MaxAutoPrepare = 20,
                AutoPrepareMinUsages = 2,
                NoResetOnClose = true,
            });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapGet("/", (RequestDelegate)(context => AnswerAsync(context, "{}"u8.ToArray())));
        app.MapPost("/runs/{runId}/steps", (RequestDelegate)(context => InsertAsync(context, source)));
        app.MapPatch("/runs/{runId}/steps/{stepId}", (RequestDelegate)(context => UpdateAsync(context, source)));
        app.MapGet("/runs/{runId}", (RequestDelegate)(context => ReadAsync(context, source)));
        await app.RunAsync();
        return 0;
    }

    private static async Task InsertAsync(HttpContext context, NpgsqlDataSource source)
    {
        var step = (await JsonSerializer.DeserializeAsync(context.Request.Body, FloorJson.Default.FloorStep))!;
        var now = TimeProvider.System.GetUtcNow();
        var id = Guid.CreateVersion7();
        await using var command = source.CreateCommand(InsertSql);
        var values = command.Parameters;
        values.Add(new NpgsqlParameter<string> { TypedValue = step.OrganizationId });
        values.Add(new NpgsqlParameter<Guid> { TypedValue = RouteId(context, "runId") });
        values.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        values.Add(new NpgsqlParameter<string> { TypedValue = step.NodeId });
        values.Add(new NpgsqlParameter<string> { TypedValue = step.NodeType });
        values.Add(new NpgsqlParameter<string> { TypedValue = step.ActionType });
        values.Add(new NpgsqlParameter<string> { TypedValue = step.Status });
        values.Add(new NpgsqlParameter<string> { TypedValue = step.ResolvedInput.GetRawText(), NpgsqlDbType = NpgsqlDbType.Json });
        values.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = step.StartedAt });
        values.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        await command.ExecuteNonQueryAsync();
        await AnswerAsync(context, JsonSerializer.SerializeToUtf8Bytes(new FloorReceipt(id, step.Status, 0), FloorJson.Default.FloorReceipt));
    }

    private static async Task UpdateAsync(HttpContext context, NpgsqlDataSource source)
    {
        var patch = (await JsonSerializer.DeserializeAsync(context.Request.Body, FloorJson.Default.FloorPatch))!;
        var id = RouteId(context, "stepId");
        await using var command = source.CreateCommand(UpdateSql);
        var values = command.Parameters;
        values.Add(new NpgsqlParameter<string> { TypedValue = patch.OrganizationId });
        values.Add(new NpgsqlParameter<Guid> { TypedValue = RouteId(context, "runId") });
        values.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        values.Add(new NpgsqlParameter<string> { TypedValue = patch.Status });
        values.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = patch.CompletedAt });
        values.Add(new NpgsqlParameter<string> { TypedValue = patch.Output.GetRawText(), NpgsqlDbType = NpgsqlDbType.Json });
        values.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = TimeProvider.System.GetUtcNow() });
        if (await command.ExecuteNonQueryAsync() == 0)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }

        await AnswerAsync(context, JsonSerializer.SerializeToUtf8Bytes(new FloorReceipt(id, patch.Status, 0), FloorJson.Default.FloorReceipt));
    }

    private static async Task ReadAsync(HttpContext context, NpgsqlDataSource source)
    {
        var organization = context.Request.Query["organizationId"].ToString();
        var runId = RouteId(context, "runId");
        await using var batch = source.CreateBatch();
        foreach (var sql in (string[])[RunSql, StepsSql])
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = organization }, new NpgsqlParameter<Guid> { TypedValue = runId } },
            });
        }

        await using var rows = await batch.ExecuteReaderAsync();
        if (!await rows.ReadAsync())
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await AnswerAsync(context, ReadOnlyMemory<byte>.Empty);
            return;
        }

        using var body = new MemoryStream(8 * 1024);
        await using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        WriteRow(json, rows, RunColumns);
        json.WriteStartArray("steps");
        await rows.NextResultAsync();
        while (await rows.ReadAsync())
        {
            json.WriteStartObject();
            WriteRow(json, rows, StepColumns);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync();
        await AnswerAsync(context, body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    private static void WriteRow(Utf8JsonWriter json, NpgsqlDataReader row, Column[] columns)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            json.WritePropertyName(columns[i].Name);
            if (row.IsDBNull(i))
            {
                json.WriteNullValue();
                continue;
            }

            switch (columns[i].Kind)
            {
                case Kind.Text:
                    json.WriteStringValue(row.GetString(i));
                    break;
                case Kind.Id:
                    json.WriteStringValue(row.GetGuid(i));
                    break;
                case Kind.Document:
                    json.WriteRawValue(row.GetString(i), skipInputValidation: true);
                    break;
                case Kind.Integer:
                    json.WriteNumberValue(row.GetInt32(i));
                    break;
                case Kind.Bigint:
                    json.WriteNumberValue(row.GetInt64(i));
                    break;
                case Kind.Instant:
                    json.WriteStringValue(row.GetDateTime(i));
                    break;
            }
        }
    }

    private static Guid RouteId(HttpContext context, string name) => Guid.Parse((string)context.Request.RouteValues[name]!);

    private static Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }

    private sealed record Column(JsonEncodedText Name, Kind Kind)
    {
        public Column(string name, Kind kind = Kind.Text)
            : this(JsonEncodedText.Encode(name), kind)
        {
        }
    }
}

internal sealed record FloorStep(
    string OrganizationId, string NodeId, string NodeType, string ActionType, JsonElement ResolvedInput, DateTimeOffset StartedAt, string Status);

internal sealed record FloorPatch(string OrganizationId, string Status, DateTimeOffset CompletedAt, JsonElement Output);

internal sealed record FloorReceipt(Guid StepId, string Status, long RetryCount);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FloorStep))]
[JsonSerializable(typeof(FloorPatch))]
[JsonSerializable(typeof(FloorReceipt))]
internal sealed partial class FloorJson : JsonSerializerContext;
