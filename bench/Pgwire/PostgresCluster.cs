using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Pgwire;

/// <summary>
/// PostgreSQL 15 with a fresh cluster, on a free port of the loopback interface; ended, files and all, by <see cref="Dispose"/>.
/// Started by the script the tests use, which also finds its binaries and an unprivileged user.
/// </summary>
internal sealed class PostgresCluster : IDisposable
{
    private readonly Process _script;
    private readonly int _postmaster;

    private PostgresCluster(Process script, int postmaster, int port)
    {
        _script = script;
        _postmaster = postmaster;
        Port = port;
    }

    internal int Port { get; }

    /// <summary>Processor time, in seconds, of the postmaster, its living children and those that have ended.</summary>
    internal double ProcessorSeconds
    {
        get
        {
            long ticks = 0;
            foreach (string directory in Directory.GetDirectories("/proc"))
            {
                if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int id)
                    && ReadStat(id) is { } stat
                    && (id == _postmaster || stat[1] == _postmaster))
                {
                    // utime and stime; the ended children's are counted once, with their parent.
                    ticks += stat[11] + stat[12] + (id == _postmaster ? stat[13] + stat[14] : 0);
                }
            }

            return ticks / 100.0;
        }
    }

    /// <summary>Null where PostgreSQL 15 is not installed or does not start; the script has said why on the error output.</summary>
    internal static PostgresCluster? TryStart()
    {
        int port = FreePort();
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(NexmarkSql.RepositoryDirectory, "tests", "services", "postgres.sh"));
        start.ArgumentList.Add(port.ToString(CultureInfo.InvariantCulture));
        var script = Process.Start(start)!;
        int postmaster = 0;
        while (script.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("pid=", StringComparison.Ordinal))
            {
                postmaster = int.Parse(line.AsSpan(4), CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith("socket=", StringComparison.Ordinal))
            {
                return new PostgresCluster(script, postmaster, port);
            }
        }

        script.Dispose();
        return null;
    }

    public void Dispose()
    {
        _script.StandardInput.Close();
        _script.WaitForExit();
        _script.Dispose();
    }

    /// <summary>The fields of /proc/ID/stat behind the command's name: state (as 0), parent, ...; null when it has ended.</summary>
    private static long[]? ReadStat(int id)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return Array.ConvertAll(fields[..15], f => long.TryParse(f, CultureInfo.InvariantCulture, out long value) ? value : 0);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
