using System.Diagnostics;
using System.Globalization;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// DuckDB over the rows of a stream, in a process beside this one (bench/check/nexmark-times.mjs): a query's processor seconds on one
/// thread, from tables in memory into a new table.
/// </summary>
internal sealed class NexmarkDuckDb : IDisposable
{
    private readonly Process _node;

    private NexmarkDuckDb(Process node) => _node = node;

    /// <summary>Loads the rows; null when DuckDB cannot be had, which is said on the error output.</summary>
    internal static NexmarkDuckDb? Start(NexmarkBlocks input)
    {
        string directory = Directory.CreateTempSubdirectory("nexmark-duckdb-").FullName;
        try
        {
            NexmarkExport.Write(input, directory);
            string script = Path.Combine(NexmarkSql.BenchDirectory, "check", "nexmark-times.mjs");
            var start = new ProcessStartInfo("node", [script, directory]) { RedirectStandardInput = true, RedirectStandardOutput = true };
            var node = Process.Start(start)!;
            string? line = node.StandardOutput.ReadLine();
            if (line == "ready")
            {
                return new NexmarkDuckDb(node);
            }

            node.WaitForExit();
            Console.Error.WriteLine(node.ExitCode == 0 ? line : throw new InvalidOperationException($"{script} failed"));
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine("SKIPPED: node is missing; tests/services/install.sh gets it");
            return null;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Whether it can answer: not what depends on when rows arrive.</summary>
    internal static bool Answers(string query) => !NexmarkQueries.ByArrival.Contains(query);

    internal (double CpuSeconds, long Rows) Run(string query)
    {
        _node.StandardInput.WriteLine(query);
        _node.StandardInput.Flush();
        string[] parts = _node.StandardOutput.ReadLine()?.Split(' ') ?? throw new InvalidOperationException($"{query} failed in DuckDB");
        return (double.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _node.StandardInput.Close();
        _node.WaitForExit();
        _node.Dispose();
    }
}
