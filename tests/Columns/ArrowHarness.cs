using System.Diagnostics;
using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Columns;

/// <summary>Writes and reads Arrow streams, by our code and by npm's apache-arrow under node.</summary>
internal static class ArrowHarness
{
    internal static byte[] Write(IReadOnlyList<ArrowField> fields, IEnumerable<Batch> batches, bool withWeights = false)
    {
        var writer = new ArrowStreamWriter(fields, withWeights);
        var sink = new TextSink(4096);
        writer.WriteStart(ref sink);
        foreach (var batch in batches)
        {
            writer.WriteBatch(batch, ref sink);
        }

        writer.WriteEnd(ref sink);
        byte[] stream = sink.Written.ToArray();
        sink.Dispose();
        return stream;
    }

    /// <summary>All batches, which the caller disposes; the reader is at its end or the stream was cut.</summary>
    internal static List<OwnedBatch> Read(ArrowStreamReader reader, ReadOnlySpan<byte> stream)
    {
        var batches = new List<OwnedBatch>();
        try
        {
            while (!reader.IsAtEnd)
            {
                int used = reader.Read(stream, out var batch);
                if (batch is not null)
                {
                    batches.Add(batch);
                }

                if (used == 0)
                {
                    break;
                }

                stream = stream[used..];
            }
        }
        catch
        {
            batches.ForEach(b => b.Dispose());
            throw;
        }

        return batches;
    }

    /// <summary>Why the tests under node cannot run; null if they can.</summary>
    internal static string? Missing { get; } = FindMissing();

    /// <summary>Runs a script of tests/ipc on a stream's file and returns what it printed.</summary>
    internal static string RunScript(string script, string path) =>
        Run(Path.Combine(TestsFolder, "ipc", script), FindPackages()!, path);

    private static string TestsFolder => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, ".."));

    private static string? FindMissing()
    {
        if (FindPackages() is null)
        {
            return "npm's apache-arrow is not installed (tests/services/install.sh does it)";
        }

        try
        {
            Run("--version");
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "node is not installed";
        }
    }

    private static string? FindPackages()
    {
        string[] folders = [Path.Combine(TestsFolder, "..", ".cache", "node"), Path.Combine(TestsFolder, "ipc")];
        return folders.FirstOrDefault(f => Directory.Exists(Path.Combine(f, "node_modules", "apache-arrow")));
    }

    private static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}

/// <summary>A test that needs node and apache-arrow; skipped with the reason where one is missing.</summary>
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = ArrowHarness.Missing;
}

/// <summary>As <see cref="NodeFactAttribute"/>, with data.</summary>
internal sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute() => Skip = ArrowHarness.Missing;
}
