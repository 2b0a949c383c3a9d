using System.Diagnostics;

namespace Vectorized.Tests.Objects;

/// <summary>
/// The S3 server the environment names (VECTORIZED_TEST_S3: s3://bucket/prefix?options; may be written to), or a
/// radosgw that tests/services/radosgw.sh starts once and that lives as long as this process.
/// </summary>
internal static class Radosgw
{
    private static readonly string[] _programs = ["radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "ceph", "monmaptool", "curl"];
    private static readonly Lazy<string> _address = new(Start);
    private static Process? _script;
    private static int _prefixes;

    /// <summary>Why there is none, or null.</summary>
    internal static string? Missing { get; } = Named is not null || _programs.All(IsInstalled)
        ? null : "radosgw is not installed (tests/services/install.sh installs it)";

    private static string? Named => Environment.GetEnvironmentVariable("VECTORIZED_TEST_S3");

    /// <summary>An address of a prefix of its own.</summary>
    internal static string Address(string options = "")
    {
        string address = _address.Value;
        int question = address.IndexOf('?', StringComparison.Ordinal);
        string prefix = $"/{Environment.ProcessId}-{Interlocked.Increment(ref _prefixes)}-{Guid.NewGuid():n}";
        return address[..question] + prefix + address[question..] + options;
    }

    private static string Start()
    {
        if (Named is { } named)
        {
            return named;
        }

        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Vectorized.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the tests do not stand in the repository");
        }

        var start = new ProcessStartInfo("bash", [Path.Combine(directory.FullName, "tests", "services", "radosgw.sh")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _script = Process.Start(start)!;
        // It stops by itself when its input ends; whoever waited for it here would be killed with other handlers not run.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => _script.StandardInput.Close();
        string line = _script.StandardOutput.ReadLine() ?? throw new InvalidOperationException("radosgw did not start");
        string options = string.Join('&', line.Split(' '));
        MakeBucket(line);
        return $"s3://tests?{options}";
    }

    private static void MakeBucket(string line)
    {
        var options = line.Split(' ').Select(o => o.Split('=', 2)).ToDictionary(o => o[0], o => o[1]);
        using var client = new Amazon.S3.AmazonS3Client(
            options["access_key"], options["secret_key"],
            new Amazon.S3.AmazonS3Config { ServiceURL = options["endpoint"], ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        client.PutBucketAsync("tests").GetAwaiter().GetResult();
    }

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(directory => File.Exists(Path.Combine(directory, program)));
}
