using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Vectorized.Bench.Pgwire;

/// <summary>What one run of pgbench measured.</summary>
internal sealed record PgbenchResult(int Count, double Tps, double P50Micros, double P99Micros);

/// <summary>
/// Runs pgbench, PostgreSQL's own load generator, with a script of ours: the same client for every server, so that
/// ratios between servers mean something. Latencies are per transaction from its log.
/// </summary>
internal static partial class PgbenchRun
{
    internal static bool IsInstalled => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, "pgbench")));

    internal static PgbenchResult Measure(
        string host, int port, string user, string database, string script, string mode, int clients, int seconds)
    {
        var directory = Directory.CreateTempSubdirectory("pgbench");
        try
        {
            string scriptPath = Path.Combine(directory.FullName, "script.sql");
            File.WriteAllText(scriptPath, script);
            var start = new ProcessStartInfo("pgbench")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = directory.FullName,
            };
            foreach (string argument in new[]
            {
                "-h", host, "-p", $"{port}", "-U", user, "-n", "-M", mode, "-f", scriptPath, "-c", $"{clients}", "-j", "1",
                "-T", $"{seconds}", "-l", database,
            })
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var tps = TpsLine().Match(output);
            if (process.ExitCode != 0 || !tps.Success)
            {
                throw new ArgumentException($"pgbench -M {mode} -c {clients} failed: {error.Result.Trim()}");
            }

            double[] latencies = ReadLatencies(directory.FullName);
            return new PgbenchResult(
                latencies.Length,
                double.Parse(tps.Groups[1].Value, CultureInfo.InvariantCulture),
                latencies[latencies.Length / 2],
                latencies[(int)(latencies.Length * 0.99)]);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>The third column of each log line, sorted.</summary>
    private static double[] ReadLatencies(string directory)
    {
        var latencies = new List<double>();
        foreach (string file in Directory.GetFiles(directory, "pgbench_log.*"))
        {
            foreach (string line in File.ReadLines(file))
            {
                latencies.Add(double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture));
            }
        }

        latencies.Sort();
        return [.. latencies];
    }

    [GeneratedRegex(@"^tps = ([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex TpsLine();
}
