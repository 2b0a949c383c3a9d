namespace Vectorized.Engine.Catalog;

/// <summary>Which known name someone who wrote an unknown one may have meant. For error hints only.</summary>
public static class Suggestions
{
    /// <summary>`Perhaps you meant "x".`, or null when nothing is near.</summary>
    public static string? Hint(string written, IEnumerable<string> known) => Nearest(written, known) is { } name
        ? $"Perhaps you meant \"{name}\"."
        : null;

    /// <summary>The nearest name within a third of its length (at least one edit), or null; ties go to the first.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        string? best = null;
        int bestDistance = Math.Max(1, written.Length / 3) + 1;
        foreach (string name in known)
        {
            if (name != written && Math.Abs(name.Length - written.Length) < bestDistance)
            {
                int distance = Distance(written.ToLowerInvariant(), name.ToLowerInvariant());
                if (distance < bestDistance)
                {
                    (best, bestDistance) = (name, distance);
                }
            }
        }

        return best;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    public static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                int replace = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                int best = Math.Min(replace, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    best = Math.Min(best, rows[i - 2, j - 2] + 1);
                }

                rows[i, j] = best;
            }
        }

        return rows[a.Length, b.Length];
    }
}
