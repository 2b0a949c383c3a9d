using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// Candidate pairs of a probing batch and stored rows: which pass the residual predicate, and how they look as output rows.
/// The predicate runs over a whole list of pairs at once and only its own columns are gathered for it. Probing columns are
/// taken late, stored ones gathered from their chunks. One thread.
/// </summary>
internal sealed class JoinPairs
{
    private readonly OperatorContext _context;
    private readonly CompiledPredicate? _residual;
    private readonly bool[] _residualReads;
    private readonly int _width;
    private readonly Batch _candidates = new();

    internal JoinPairs(OperatorContext context, ScalarExpression? residual, int width)
    {
        _context = context;
        _width = width;
        _residual = residual is null ? null : CompiledPredicate.Compile(residual);
        _residualReads = new bool[width];
        if (residual is not null)
        {
            foreach (int column in CompiledProjection.Compile([residual]).Columns)
            {
                _residualReads[column] = true;
            }
        }
    }

    internal bool HasResidual => _residual is not null;

    /// <summary>The pairs that pass, as probing rows and stored rows.</summary>
    internal void Pass(
        Batch probe, JoinSide probing, JoinSide stored, MatchList matches, out ReadOnlySpan<int> probeRows,
        out ReadOnlySpan<uint> rowIds)
    {
        probeRows = matches.ProbeRows;
        rowIds = matches.RowIds;
        if (_residual is null)
        {
            return;
        }

        var passing = _context.Scratch.Allocate<int>(matches.Count);
        _candidates.Reset(matches.Count, _width);
        Fill(_candidates, probe, probing, stored, probeRows, rowIds, onlyResidual: true);
        int count = _residual.Select(_context.Evaluation, _candidates, passing);
        if (count == matches.Count)
        {
            return;
        }

        var rows = _context.Scratch.Allocate<int>(count);
        var ids = _context.Scratch.Allocate<uint>(count);
        for (int i = 0; i < count; i++)
        {
            rows[i] = probeRows[passing[i]];
            ids[i] = rowIds[passing[i]];
        }

        probeRows = rows;
        rowIds = ids;
    }

    /// <summary>Output rows of pairs, weights multiplied.</summary>
    internal Batch Build(
        Batch probe, JoinSide probing, JoinSide stored, ReadOnlySpan<int> probeRows, ReadOnlySpan<uint> rowIds)
    {
        var output = _context.Batches.Take(probeRows.Length, _width);
        Fill(output, probe, probing, stored, probeRows, rowIds, onlyResidual: false);
        SetWeights(output, probe, probeRows, stored.Arrangement.GatherCounts(rowIds, _context.Scratch));
        return output;
    }

    /// <summary>Rows of a batch with NULLs for the other side.</summary>
    internal Batch Extend(Batch source, JoinSide side, JoinSide missing, ReadOnlySpan<int> rows)
    {
        var output = _context.Batches.Take(rows.Length, _width);
        Span<int> codes = default;
        for (int i = 0; i < side.Types.Count; i++)
        {
            output[side.OutputStart + i] = LateTake.Column(source[i], rows, ref codes, _context);
        }

        FillNulls(output, missing);
        BatchTake.TakeExtras(source, rows, _context.Scratch, output);
        output.SetHashes(default, 0);
        return output;
    }

    /// <summary>Stored rows, with NULLs for the other side if the output has one, each with its count times a sign.</summary>
    internal Batch ExtendStored(JoinSide side, JoinSide? missing, ReadOnlySpan<uint> rowIds, ReadOnlySpan<sbyte> signs)
    {
        var scratch = _context.Scratch;
        var output = _context.Batches.Take(rowIds.Length, missing is null ? side.Types.Count : _width);
        int start = missing is null ? 0 : side.OutputStart;
        for (int i = 0; i < side.Types.Count; i++)
        {
            output[start + i] = side.Gather(rowIds, i, scratch);
        }

        if (missing is not null)
        {
            FillNulls(output, missing);
        }

        var weights = scratch.Allocate<long>(rowIds.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = side.Arrangement.CountOf(rowIds[i]) * signs[i];
        }

        output.SetWeights(weights);
        return output;
    }

    private void Fill(
        Batch output, Batch probe, JoinSide probing, JoinSide stored, ReadOnlySpan<int> probeRows, ReadOnlySpan<uint> rowIds,
        bool onlyResidual)
    {
        Span<int> codes = default;
        bool identity = IsIdentity(probeRows, probe.RowCount);
        for (int i = 0; i < probing.Types.Count; i++)
        {
            int at = probing.OutputStart + i;
            if (!onlyResidual || _residualReads[at])
            {
                output[at] = identity ? probe[i] : LateTake.Column(probe[i], probeRows, ref codes, _context);
            }
        }

        for (int i = 0; i < stored.Types.Count; i++)
        {
            int at = stored.OutputStart + i;
            if (!onlyResidual || _residualReads[at])
            {
                output[at] = stored.Gather(rowIds, i, _context.Scratch);
            }
        }
    }

    private void FillNulls(Batch output, JoinSide missing)
    {
        for (int i = 0; i < missing.Types.Count; i++)
        {
            output[missing.OutputStart + i] = TakeKernel.AllNull(missing.Types[i], output.RowCount, _context.Scratch);
        }
    }

    private void SetWeights(Batch output, Batch probe, ReadOnlySpan<int> probeRows, ReadOnlySpan<long> counts)
    {
        if (!probe.HasWeights && counts.IsEmpty)
        {
            return;
        }

        var weights = _context.Scratch.Allocate<long>(probeRows.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = probe.Weight(probeRows[i]) * (counts.IsEmpty ? 1 : counts[i]);
        }

        output.SetWeights(weights);
    }

    private static bool IsIdentity(ReadOnlySpan<int> rows, int rowCount)
    {
        if (rows.Length != rowCount || rowCount == 0 || rows[^1] != rowCount - 1)
        {
            return false;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] != i)
            {
                return false;
            }
        }

        return true;
    }
}
