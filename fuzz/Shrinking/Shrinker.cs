using System.Diagnostics;
using Vectorized.Engine.Sql;

namespace Vectorized.Fuzz.Shrinking;

/// <summary>
/// Delta debugging: statements are dropped in halves, quarters and singly (Zeller, Hildebrandt 2002), then each statement's
/// syntax is made smaller, as long as the rest still fails. Greedy; ends at a local minimum or when time is over.
/// </summary>
/// <param name="fails">Whether a list of statements still shows what was found.</param>
/// <param name="secondsMax">Time for all of it.</param>
internal sealed class Shrinker(Func<IReadOnlyList<string>, bool> fails, double secondsMax = 25)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private bool IsOver => _clock.Elapsed.TotalSeconds > secondsMax;

    internal List<string> Shrink(IReadOnlyList<string> statements)
    {
        var best = statements.ToList();
        int before;
        do
        {
            before = best.Sum(s => s.Length);
            best = DropStatements(best);
            for (int i = best.Count - 1; i >= 0; i--)
            {
                best = ShrinkStatement(best, i);
            }
        }
        while (best.Sum(s => s.Length) < before && !IsOver);
        return best;
    }

    private List<string> DropStatements(List<string> statements)
    {
        for (int size = Math.Max(statements.Count / 2, 1); size >= 1; size /= 2)
        {
            for (int at = statements.Count - size; at >= 0 && !IsOver; at -= size)
            {
                List<string> fewer = [.. statements.Take(at), .. statements.Skip(at + size)];
                if (fails(fewer))
                {
                    statements = fewer;
                }
            }
        }

        return statements;
    }

    private List<string> ShrinkStatement(List<string> statements, int index)
    {
        bool smaller = true;
        while (smaller && !IsOver)
        {
            smaller = false;
            if (Parse(statements[index]) is not { } tree)
            {
                return statements;
            }

            foreach (var variant in SyntaxVariants.Of(tree, typeof(Statement)))
            {
                string? text = Text(variant);
                if (text is null || text.Length >= statements[index].Length || Parse(text) is null)
                {
                    continue;
                }

                List<string> tried = [.. statements.Take(index), text, .. statements.Skip(index + 1)];
                if (IsDetermined(variant) && fails(tried))
                {
                    statements = tried;
                    smaller = true;
                    break;
                }

                if (IsOver)
                {
                    break;
                }
            }
        }

        return statements;
    }

    private static Statement? Parse(string sql)
    {
        try
        {
            return SqlParser.Parse(sql) is [var one] ? one : null;
        }
        catch (Engine.Types.SqlException)
        {
            return null;
        }
    }

    /// <summary>A variant may be a tree that no text gives (an empty list where there must be an item).</summary>
    private static string? Text(SyntaxNode tree)
    {
        try
        {
            return Deparser.Deparse(tree);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>Nothing depends on an order nobody gave: LIMIT has an order of all columns, ordered aggregates one of their own.</summary>
    private static bool IsDetermined(SyntaxNode tree)
    {
        foreach (var node in SyntaxVariants.Walk(tree))
        {
            switch (node)
            {
                case Query { Body: var body } query when IsCut(query):
                    if (ColumnCount(body) != query.OrderBy.Select(o => Deparser.Deparse(o.Value)).Distinct().Count())
                    {
                        return false;
                    }

                    break;
                case SelectBody { Items.Count: 0 }:
                    // Rows without columns cannot be written in an .slt file.
                    return false;
                case FunctionCall call when call.Name.ToString() is "string_agg" or "array_agg" && call.OrderBy.Count == 0:
                    return false;
                default:
                    break;
            }
        }

        return true;
    }

    private static bool IsCut(Query query) =>
        query.Limit is not null || query.Offset is not null || query.Body is SelectBody { DistinctOn: not null };

    private static int ColumnCount(QueryBody body) => body switch
    {
        SelectBody select => select.Items.Count,
        ValuesBody values => values.Rows[0].Count,
        SetOperation operation => ColumnCount(operation.Left),
        NestedQuery nested => ColumnCount(nested.Query.Body),
        _ => -1,
    };
}
