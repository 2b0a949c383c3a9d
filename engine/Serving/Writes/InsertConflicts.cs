using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// INSERT into a table with primary key where an existing row has a say: each proposed row meets the row under its key, in the
/// order of the statement, and is written, merged or left out. Rows of one key meet one another the same way: a round
/// takes the first row of every key, the next round the second of those that have one, with what the round before
/// left as the existing row; so a statement without repeated keys is one vector of work.
/// </summary>
internal sealed class InsertConflicts
{
    private readonly WritePlan _plan;
    private readonly ReadView _view;
    private readonly ulong _hashSeed;
    private readonly int[] _key;
    private readonly SqlType[] _types;
    private readonly WriteInputs _inputs;
    private readonly long _nowMicros;

    internal InsertConflicts(WritePlan plan, WriteInputs inputs, ReadView view, ulong hashSeed, long nowMicros)
    {
        _plan = plan;
        _view = view;
        _hashSeed = hashSeed;
        _key = [.. plan.Table.PrimaryKey];
        _types = [.. plan.Table.Columns.Select(c => c.Type)];
        _inputs = inputs;
        _nowMicros = nowMicros;
    }

    /// <summary>The rows to write, each over whatever stands under its key.</summary>
    internal OwnedBatch Resolve(Batch proposed)
    {
        using var arena = new Arena();
        var groups = new NetEffect([proposed], _key, _hashSeed, arena);
        int[] heads = groups.Groups.ToArray();
        var rows = heads.Length == proposed.RowCount ? proposed : TableRows.Take(proposed, heads, arena);
        bool[] exists = new bool[heads.Length];
        var old = KeyFinder.Find(_view, _plan.Table.Id, rows, _key, _hashSeed, arena, exists);
        bool[] touched = new bool[heads.Length];
        var kept = TableRows.Builder(_plan.Table, proposed.RowCount);
        try
        {
            while (true)
            {
                bool[] keep = new bool[heads.Length];
                var written = Meet(old, exists, rows, touched, keep, arena);
                Append(kept, written, keep);
                var next = new List<int>();
                var nextHeads = new List<int>();
                for (int i = 0; i < heads.Length; i++)
                {
                    if (groups.NextOf(heads[i]) is >= 0 and var following)
                    {
                        next.Add(i);
                        nextHeads.Add(following);
                    }
                }

                if (next.Count == 0)
                {
                    return kept.Build();
                }

                old = After(old, written, keep, next, arena);
                exists = [.. next.Select(i => exists[i] || keep[i])];
                touched = [.. next.Select(i => touched[i] || keep[i])];
                heads = [.. nextHeads];
                rows = TableRows.Take(proposed, heads, arena);
            }
        }
        catch
        {
            kept.Arena.Dispose();
            throw;
        }
    }

    /// <summary>One round: the row to write for each proposed one, and which are written at all.</summary>
    private Batch Meet(Batch old, bool[] exists, Batch rows, bool[] touched, bool[] keep, Arena arena)
    {
        switch (_plan.Conflict)
        {
            case InsertConflict.DoNothing:
                for (int i = 0; i < keep.Length; i++)
                {
                    keep[i] = !exists[i];
                }

                return rows;
            case InsertConflict.DoUpdate:
                return Update(old, exists, rows, touched, keep, arena);
            default:
                NotOlder(old, exists, rows, keep);
                return _plan.Conflict == InsertConflict.UpdateIfNotNull ? Merge(old, rows, arena) : rows;
        }
    }

    /// <summary>WITH VERSION COLUMN: a row replaces one whose version is not higher; NULL is lower than any.</summary>
    private void NotOlder(Batch old, bool[] exists, Batch rows, bool[] keep)
    {
        Array.Fill(keep, true);
        if (_plan.Table.VersionColumns.Count == 0)
        {
            return;
        }

        var encoder = new NormalizedKeyEncoder(
            _types, [.. _plan.Table.VersionColumns.Select(c => new Binding.SortKey(c, Descending: false, NullsFirst: true))]);
        using var before = new NormalizedKeys();
        using var after = new NormalizedKeys();
        encoder.Encode(old, before);
        encoder.Encode(rows, after);
        for (int i = 0; i < keep.Length; i++)
        {
            keep[i] = !exists[i] || after[i].SequenceCompareTo(before[i]) >= 0;
        }
    }

    /// <summary>DO UPDATE IF NOT NULL: the new value of each column, the old one where it is NULL.</summary>
    private Batch Merge(Batch old, Batch rows, Arena arena)
    {
        var merged = new Batch().Reset(rows.RowCount, _types.Length);
        for (int column = 0; column < _types.Length; column++)
        {
            if (!rows[column].MayHaveNulls)
            {
                merged[column] = rows[column];
                continue;
            }

            var builder = new VectorBuilder(arena, _types[column], rows.RowCount);
            for (int row = 0; row < rows.RowCount; row++)
            {
                builder.AppendFrom(rows[column].IsValid(row) ? rows[column] : old[column], row);
            }

            merged[column] = builder.Build();
        }

        return merged;
    }

    /// <summary>ON CONFLICT DO UPDATE: its expressions are computed for the rows that conflict only.</summary>
    private Batch Update(Batch old, bool[] exists, Batch rows, bool[] touched, bool[] keep, Arena arena)
    {
        var hits = new List<int>();
        for (int i = 0; i < keep.Length; i++)
        {
            keep[i] = true;
            if (!exists[i])
            {
                continue;
            }

            hits.Add(i);
            if (touched[i])
            {
                throw new SqlException(
                    SqlState.CardinalityViolation, "ON CONFLICT DO UPDATE command cannot affect row a second time",
                    hint: "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.");
            }
        }

        return hits.Count == 0 ? rows : Update(old, rows, [.. hits], keep, arena);
    }

    private Batch Update(Batch old, Batch rows, int[] hits, bool[] keep, Arena arena)
    {
        int width = _types.Length;
        var pairs = new Batch().Reset(hits.Length, 2 * width);
        for (int column = 0; column < width; column++)
        {
            pairs[column] = TakeKernel.Take(old[column], hits, arena);
            pairs[width + column] = TakeKernel.Take(rows[column], hits, arena);
        }

        var context = new EvaluationContext(arena)
        {
            NowMicros = _nowMicros,
            Parameters = _inputs.Parameters,
            Session = _inputs.Session,
            Seed = _inputs.Seed + 2,
        };
        var action = _plan.DoUpdate!;
        if (action.Where is { } where)
        {
            var holds = Evaluate(where, context, pairs);
            int left = 0;
            int[] chosen = new int[hits.Length];
            for (int i = 0; i < hits.Length; i++)
            {
                keep[hits[i]] = holds.IsValid(i) && holds.Bit(i);
                chosen[left] = i;
                left += keep[hits[i]] ? 1 : 0;
            }

            pairs = TableRows.Take(pairs, chosen.AsSpan(0, left), arena);
        }

        return Replace(rows, [.. hits.Where(i => keep[i])], [.. action.NewRow!.Select(e => Evaluate(e, context, pairs))], arena);
    }

    /// <summary>The rows, with those at the places named replaced in order.</summary>
    private Batch Replace(Batch rows, int[] places, Vector[] values, Arena arena)
    {
        var result = new Batch().Reset(rows.RowCount, _types.Length);
        for (int column = 0; column < _types.Length; column++)
        {
            var builder = new VectorBuilder(arena, _types[column], rows.RowCount);
            int at = 0;
            for (int row = 0; row < rows.RowCount; row++)
            {
                if (at < places.Length && places[at] == row)
                {
                    builder.AppendFrom(values[column], at++);
                }
                else
                {
                    builder.AppendFrom(rows[column], row);
                }
            }

            result[column] = builder.Build();
        }

        return result;
    }

    private static Vector Evaluate(Binding.ScalarExpression expression, EvaluationContext context, Batch rows)
    {
        var value = default(Vector);
        CompiledExpression.Compile(expression).Evaluate(context, rows, ref value);
        return TakeKernel.Flatten(value, context.Arena);
    }

    /// <summary>What stands under the keys that go into the next round.</summary>
    private Batch After(Batch old, Batch written, bool[] keep, List<int> next, Arena arena)
    {
        var result = new Batch().Reset(next.Count, _types.Length);
        for (int column = 0; column < _types.Length; column++)
        {
            var builder = new VectorBuilder(arena, _types[column], next.Count);
            foreach (int row in next)
            {
                builder.AppendFrom(keep[row] ? written[column] : old[column], row);
            }

            result[column] = builder.Build();
        }

        return result;
    }

    private static void Append(BatchBuilder into, Batch rows, bool[] keep)
    {
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (!keep[row])
            {
                continue;
            }

            for (int column = 0; column < rows.ColumnCount; column++)
            {
                into[column].AppendFrom(rows[column], row);
            }

            into.EndRow();
        }
    }
}
