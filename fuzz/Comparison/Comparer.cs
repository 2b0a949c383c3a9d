using Vectorized.Fuzz.Engines;

namespace Vectorized.Fuzz.Comparison;

/// <summary>What a comparison of two outcomes of one statement came to.</summary>
internal enum Verdict : byte
{
    Same,

    /// <summary>Both failed, with errors of one SQLSTATE class.</summary>
    SameError,

    /// <summary>We say that it is not supported: no answer, so no wrong one.</summary>
    Refused,

    /// <summary>PostgreSQL cannot run it (a FULL JOIN without an equality) or one side took too long.</summary>
    NoOracle,

    Different,
}

/// <summary>Holds two outcomes against each other.</summary>
internal static class Comparer
{
    /// <param name="ours">Our outcome.</param>
    /// <param name="theirs">PostgreSQL's, or that of another way to compute the same.</param>
    /// <param name="isOrdered">The sequence of rows is determined.</param>
    /// <param name="difference">What differs, for people.</param>
    internal static Verdict Compare(Outcome ours, Outcome theirs, bool isOrdered, out string difference)
    {
        difference = "";
        if (theirs.SqlState is "0A000" or "57014" || ours.SqlState is "57014")
        {
            return Verdict.NoOracle;
        }

        if (ours.SqlState is "0A000" or "54011")
        {
            return Verdict.Refused;
        }

        if (!ours.Succeeded || !theirs.Succeeded)
        {
            if (ours.SqlState is { } a && theirs.SqlState is { } b && a[..2] == b[..2] && a != "XX000")
            {
                return Verdict.SameError;
            }

            difference = $"ours: {Describe(ours)}\ntheirs: {Describe(theirs)}";
            return Verdict.Different;
        }

        for (int i = 0; i < ours.Types.Count; i++)
        {
            if (i >= theirs.Types.Count || TypeClass(ours.Types[i]) != TypeClass(theirs.Types[i]))
            {
                difference = $"types of columns: ours {string.Join(' ', ours.Types)}, theirs {string.Join(' ', theirs.Types)}";
                return Verdict.Different;
            }
        }

        return SameRows(ours, theirs, isOrdered, out difference) ? Verdict.Same : Verdict.Different;
    }

    private static bool SameRows(Outcome ours, Outcome theirs, bool isOrdered, out string difference)
    {
        difference = "";
        var types = theirs.Types;
        string[] mine = [.. ours.Rows.Select(r => Canonical.Row(r, types))];
        string[] other = [.. theirs.Rows.Select(r => Canonical.Row(r, types))];
        if (isOrdered ? mine.SequenceEqual(other) : Sorted(mine).SequenceEqual(Sorted(other)))
        {
            return true;
        }

        if (mine.Length == other.Length && (isOrdered ? NearInOrder(ours, theirs) : NearAsSets(ours, theirs)))
        {
            return true;
        }

        var (missing, extra) = Diff(mine, other);
        difference = $"ours has {mine.Length} rows, theirs {other.Length}"
            + (missing.Count + extra.Count == 0 ? "; the order differs:\n" + string.Join('\n', mine.Take(20)) + "\ntheirs:\n"
                + string.Join('\n', other.Take(20)) : "")
            + string.Concat(extra.Take(8).Select(r => $"\n  only ours:   {r}"))
            + string.Concat(missing.Take(8).Select(r => $"\n  only theirs: {r}"));
        return false;
    }

    private static string[] Sorted(string[] rows)
    {
        string[] sorted = [.. rows];
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }

    private static bool NearInOrder(Outcome a, Outcome b) =>
        a.Rows.Zip(b.Rows).All(p => Canonical.Near(p.First, p.Second, b.Types));

    /// <summary>Each row of one finds a near one of the other; quadratic, only for what differs in the last digits.</summary>
    private static bool NearAsSets(Outcome a, Outcome b)
    {
        var left = b.Rows.ToList();
        foreach (var row in a.Rows)
        {
            int at = left.FindIndex(r => Canonical.Near(row, r, b.Types));
            if (at < 0)
            {
                return false;
            }

            left.RemoveAt(at);
        }

        return true;
    }

    private static (List<string> Missing, List<string> Extra) Diff(string[] ours, string[] theirs)
    {
        var missing = theirs.ToList();
        var extra = new List<string>();
        foreach (string row in ours)
        {
            if (!missing.Remove(row))
            {
                extra.Add(row);
            }
        }

        return (missing, extra);
    }

    private static string Describe(Outcome outcome) => outcome.Succeeded ? $"{outcome.Rows.Count} rows"
        : $"{outcome.SqlState} {outcome.Message}";

    /// <summary>varchar is our only text type.</summary>
    private static uint TypeClass(uint oid) => oid == 25 ? 1043 : oid;
}
