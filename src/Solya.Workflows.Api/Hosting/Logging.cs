using Serilog;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace Solya.Workflows.Api.Hosting;

internal static class Logging
{
    /// <summary>Structured JSON lines on standard output; levels from the section <c>Serilog</c>.</summary>
    public static void AddSerilog(this WebApplicationBuilder builder)
    {
        var logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            // What a failed statement means is decided, and logged, where its request is answered.
            .MinimumLevel.Override("Microsoft.EntityFrameworkCore.Database.Command", LogEventLevel.Fatal)
            .ReadFrom.Configuration(builder.Configuration)
            .WriteTo.Sink(new BufferedConsoleSink(new JsonFormatter(closingDelimiter: "\n", renderMessage: false)))
            .CreateLogger();
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(logger, dispose: true);
        builder.Services.AddSingleton<Serilog.ILogger>(logger);
    }
}
