using System.Globalization;

namespace Vectorized.Bench.Recovery;

/// <summary>Processor time of a server's main lane, the thread that executes ticks, as Linux tells it; 0 elsewhere.</summary>
internal static class LaneClock
{
    private const string Thread = "main-lane";
    private const double TicksPerSecond = 100;

    internal static double Seconds(int process)
    {
        string tasks = $"/proc/{process}/task";
        foreach (string task in Directory.Exists(tasks) ? Directory.GetDirectories(tasks) : [])
        {
            string? stat = Read(Path.Combine(task, "stat"));
            if (stat is not null && stat.LastIndexOf(')') is var end && stat[..end].Contains(Thread, StringComparison.Ordinal))
            {
                string[] fields = stat[(end + 2)..].Split(' ');
                return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture))
                    / TicksPerSecond;
            }
        }

        return 0;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // A thread that has ended since it was listed.
            return null;
        }
    }
}
