using System.Runtime.CompilerServices;

namespace Vectorized.Tests.Types;

/// <summary>Reads the tab-separated results of PostgreSQL 15 in golden/.</summary>
internal static class Golden
{
    internal static IEnumerable<string[]> Read(string name, int columns) =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(Here())!, "golden", name)).Select(line => line.Split('\t', columns));

    private static string Here([CallerFilePath] string path = "") => path;
}
