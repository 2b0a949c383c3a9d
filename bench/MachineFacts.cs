using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench;

/// <summary>Where and with what a suite ran: without it a figure says little. Null or 0: not known on this system.</summary>
/// <param name="Cpu">The processor's model.</param>
/// <param name="Cores">Logical processors the program may use.</param>
/// <param name="MemoryBytes">Main memory the program may use.</param>
/// <param name="Kernel">The operating system's name and version.</param>
/// <param name="DotNet">The runtime's version.</param>
/// <param name="Commit">Of the sources, short; with a plus where files differ from it.</param>
/// <param name="LoadAverage">Over a minute, before the suite began.</param>
internal sealed record MachineFacts(
    string? Cpu, int Cores, long MemoryBytes, string Kernel, string DotNet, string? Commit, double? LoadAverage)
{
    internal static MachineFacts Read() => new(
        CpuModel(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        CommitOfSources(),
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : null);

    /// <summary>With family and model, since virtual machines often hide which of a maker's it is.</summary>
    private static string? CpuModel()
    {
        if (!File.Exists("/proc/cpuinfo"))
        {
            return null;
        }

        var facts = File.ReadLines("/proc/cpuinfo").TakeWhile(line => line.Length > 0)
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).Where(parts => parts.Length == 2)
            .DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[1]);
        return facts.TryGetValue("model name", out string? name)
            ? $"{name} (family {facts.GetValueOrDefault("cpu family")}, model {facts.GetValueOrDefault("model")})" : null;
    }

    private static string? CommitOfSources()
    {
        string? commit = Git("rev-parse", "--short", "HEAD");
        return commit is null ? null : commit + (Git("status", "--porcelain", "--untracked-files=no") is { Length: > 0 } ? "+" : "");
    }

    /// <summary>What git says, or null where there is none or the sources are not in a repository.</summary>
    private static string? Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = NexmarkSql.RepositoryDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var git = Process.Start(start)!;
            string text = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
