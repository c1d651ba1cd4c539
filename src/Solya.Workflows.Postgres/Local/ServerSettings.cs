namespace Solya.Workflows.Postgres.Local;

/// <summary>How the private server is tuned. Durability (<c>fsync</c>, <c>synchronous_commit</c>, <c>full_page_writes</c>) stays on.</summary>
internal static class ServerSettings
{
    public static IReadOnlyDictionary<string, string> For(DataFolder folder, IReadOnlyDictionary<string, string> overrides)
    {
        var settings = new Dictionary<string, string>
        {
            // Only those who may enter the socket's folder can connect; that is what makes 'trust' safe.
            ["listen_addresses"] = "",
            ["unix_socket_directories"] = $"\"{folder.SocketFolder}\"",
            ["unix_socket_permissions"] = "0700",
            ["port"] = $"{DataFolder.Port}",

            ["max_connections"] = "200",
            ["shared_buffers"] = "256MB",
            // Fewer checkpoints, and less to write after each: a burst of small commits should meet neither.
            ["max_wal_size"] = "2GB",
            ["wal_compression"] = "on",
            // The queries are short; compiling one costs more than running it.
            ["jit"] = "off",
            ["random_page_cost"] = "1.1",
            ["timezone"] = "UTC",

            ["log_timezone"] = "UTC",
            ["log_line_prefix"] = "%m [%p] %d ",
            ["log_lock_waits"] = "on",
            ["log_checkpoints"] = "off",
        };
        foreach (var (name, value) in overrides)
        {
            settings[name] = value;
        }

        return settings;
    }
}
