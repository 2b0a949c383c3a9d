using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Freshness;

/// <summary>`vectorized serve` as a process of its own, on a port of the system's choice; ended by <see cref="Dispose"/>.</summary>
internal sealed partial class ServedDatabase : IDisposable
{
    private readonly Process _process;
    private readonly string _directory;

    private ServedDatabase(Process process, string directory, int port)
    {
        _process = process;
        _directory = directory;
        Port = port;
        ConnectionString = $"Host=127.0.0.1;Port={port};Database=dev;Username=root;SSL Mode=Disable;"
            + "Server Compatibility Mode=NoTypeLoading;Pooling=false;Command Timeout=120";
    }

    internal int Port { get; }

    internal string ConnectionString { get; }

    /// <summary>What of the process is in main memory.</summary>
    internal long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    internal int ProcessId => _process.Id;

    /// <summary>Processor time of all of the server's threads since it started.</summary>
    internal double ProcessorSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    internal string DataDirectory => _directory;

    /// <summary>Starts the server built beside this program; its data directory, a new one, goes with it.</summary>
    internal static ServedDatabase Start(string parent, params string[] options)
    {
        string directory = Path.Combine(parent, $"vectorized-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(directory);
        return StartIn(directory, options);
    }

    /// <summary>Starts it over a directory that may hold a database.</summary>
    internal static ServedDatabase StartIn(string directory, params string[] options)
    {
        string executable = Path.Combine(NexmarkSql.RepositoryDirectory, "server", "bin", "Release", "net10.0", "vectorized");
        var start = new ProcessStartInfo(executable) { RedirectStandardOutput = true };
        string[] arguments = ["serve", "--listen", "127.0.0.1:0", "--http", "off", "--data", directory, .. options];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new ArgumentException($"{executable} did not start");
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new ServedDatabase(process, directory, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
            }
        }

        throw new ArgumentException($"{executable} ended without listening");
    }

    /// <summary>Ends it as a service manager does (SIGTERM), or at once (SIGKILL); its directory stays.</summary>
    internal void End(bool atOnce)
    {
        if (atOnce)
        {
            _process.Kill();
        }
        else
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    public void Dispose()
    {
        End(atOnce: true);
        Directory.Delete(_directory, recursive: true);
    }

    [GeneratedRegex(@"^listening pg=[^ ]+:(\d+) ")]
    private static partial Regex Listening();
}
