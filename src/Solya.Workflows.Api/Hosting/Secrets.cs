using System.Buffers.Text;
using System.Security.Cryptography;
using Solya.Workflows.Api.Security.Jwt;

namespace Solya.Workflows.Api.Hosting;

/// <summary>The static secrets of the service. Each may hold several tokens, comma-separated.</summary>
/// <param name="DataPlatformToken"><c>DATA_PLATFORM_TOKEN</c></param>
/// <param name="CronToken"><c>CRON_TOKEN</c></param>
/// <param name="AdminToken"><c>ADMIN_TOKEN</c></param>
/// <param name="Jwt">Section <c>Jwt</c>: what tokens of people are checked with.</param>
internal sealed record Secrets(string DataPlatformToken, string CronToken, string AdminToken, JwtOptions Jwt)
{
    private const string DataPlatformTokenName = "DATA_PLATFORM_TOKEN";
    private const string CronTokenName = "CRON_TOKEN";
    private const string AdminTokenName = "ADMIN_TOKEN";
    private const string JwtKeyName = "Jwt__SigningKey";
    private const string FileName = "dev.env";

    /// <summary>
    /// Reads the secrets. In Development the missing ones are made once and kept in <c>dev.env</c> in the data directory,
    /// for its owner's eyes only.
    /// </summary>
    /// <exception cref="SettingsException">Outside Development one is missing: the service is never open.</exception>
    public static Secrets Load(IConfiguration configuration, IHostEnvironment environment, string dataDirectory)
    {
        string[] names = [DataPlatformTokenName, CronTokenName, AdminTokenName];
        var values = names.ToDictionary(name => name, name => HasToken(configuration[name]) ? configuration[name] : null);
        var jwt = JwtOptions.Of(configuration);
        var hasJwt = jwt is not { SigningKey: null, JwksFile: null, Authority: null };
        string[] missing = [.. names.Where(name => values[name] is null), .. hasJwt ? Array.Empty<string>() : [JwtKeyName]];
        if (missing.Length > 0)
        {
            if (!environment.IsDevelopment())
            {
                var wanted = missing.Select(name => name == JwtKeyName ? $"one of {JwtKeyName}, Jwt__JwksFile and Jwt__Authority" : name);
                throw new SettingsException(
                    $"Set {string.Join(" and ", wanted)}: outside Development the service does not start without its tokens.");
            }

            foreach (var (name, value) in KeptOrMade(dataDirectory, missing))
            {
                values[name] = value;
            }
        }

        return new(
            values[DataPlatformTokenName]!,
            values[CronTokenName]!,
            values[AdminTokenName]!,
            hasJwt ? jwt : jwt with { SigningKey = values[JwtKeyName] });
    }

    private static bool HasToken(string? configured) => configured?.Split(',').Any(token => token.Trim().Length > 0) ?? false;

    private static Dictionary<string, string> KeptOrMade(string dataDirectory, string[] names)
    {
        Directory.CreateDirectory(dataDirectory);
        var path = Path.Combine(dataDirectory, FileName);

        // Held while it is read and written, so that processes that start together agree.
        using var file = OpenExclusively(path);
        using var reader = new StreamReader(file, leaveOpen: true);
        var kept = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
        using var writer = new StreamWriter(file);
        foreach (var name in names.Where(name => !kept.ContainsKey(name)))
        {
            kept[name] = $"dev_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24))}";
            writer.Write($"{name}={kept[name]}\n");
        }

        writer.Flush();
        Console.WriteLine($"Development tokens, kept in {path}:");
        foreach (var name in names)
        {
            Console.WriteLine($"  {name}={kept[name]}");
        }

        return names.ToDictionary(name => name, name => kept[name]);
    }

    private static FileStream OpenExclusively(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException) when (!patience.IsCancellationRequested)
            {
                patience.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20)); // another process writes it right now
            }
        }
    }
}
