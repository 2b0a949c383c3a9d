using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.State.Checkpoints;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// Partners under a residual predicate, counted. How many partners a source row has depends on its join key and the columns
/// the predicate reads only, so that is what is kept: per distinct value of those columns, how many source rows have it and
/// how many partners each of them has. Invariant after a tick: the count is the number of partner rows, by weight, that
/// match and pass. O(pairs changed).
/// </summary>
internal sealed class CountedPartners : IPartners
{
    private readonly OperatorContext _context;
    private readonly JoinSide _source;
    private readonly int[] _columns;
    private readonly int[] _gathered;
    private readonly GroupTable _table;
    private readonly Batch _keys = new();
    private readonly List<ulong> _affected = [];
    private readonly uint[] _rowIds = new uint[Batch.RowsMax];
    private readonly sbyte[] _signs = new sbyte[Batch.RowsMax];
    private int _next;
    private readonly WordsState _words;
    private long _partnersBefore;
    private int _partnersInBatch;

    internal CountedPartners(OperatorContext context, JoinSide source, ScalarExpression residual)
    {
        _context = context;
        _source = source;
        var columns = new List<int>(source.Keys.Distinct());
        foreach (int column in CompiledProjection.Compile([residual]).Columns)
        {
            int own = column - source.OutputStart;
            if (own >= 0 && own < source.Types.Count && !columns.Contains(own))
            {
                columns.Add(own);
            }
        }

        _columns = [.. columns];
        _gathered = [.. Enumerable.Range(0, _columns.Length)];
        _table = new GroupTable(
            new GroupTableSpec(
                "join partners", [.. _columns.Select(c => source.Types[c])], [PartnerCount.Bytes], context.HashSeed),
            context.State);
        // A partner row's number must not come again: cells remember the last one they counted.
        _words = new WordsState(context.State, () => [_partnersBefore + _partnersInBatch], words => _partnersBefore = words[0]);
    }

    private struct PartnerCount
    {
        internal const int Bytes = 48;

        /// <summary>Source rows with this value, by weight.</summary>
        internal long Sources;

        /// <summary>Partners each of them has.</summary>
        internal long Partners;

        /// <summary>What that was before the partner side's changes of <see cref="Tick"/>.</summary>
        internal long PartnersBefore;
        internal long Tick;

        /// <summary>The last partner row counted: sources that share a value meet it once each.</summary>
        internal long LastPartner;

        /// <summary>1 once the count has been taken.</summary>
        internal long IsCounted;
    }

    public long Bytes => _table.LiveBytes;

    public void Enter(Batch batch, Span<long> partners)
    {
        var groups = Find(batch, _columns);
        var cells = _table.Current<PartnerCount>(0);
        for (int row = 0; row < groups.Length; row++)
        {
            ref var cell = ref cells[groups[row]];
            if (cell.IsCounted == 0)
            {
                cell.IsCounted = 1;
                cell.Partners = partners[row];
            }

            cell.Sources += batch.Weight(row);
            partners[row] = cell.Partners;
        }
    }

    public void BeginPartners(Batch partners)
    {
        _partnersBefore += _partnersInBatch;
        _partnersInBatch = partners.RowCount + 1;
    }

    public void PartnersChanged(Batch partners, ReadOnlySpan<int> partnerRows, ReadOnlySpan<uint> sourceRowIds)
    {
        _keys.Reset(sourceRowIds.Length, _columns.Length);
        for (int i = 0; i < _columns.Length; i++)
        {
            _keys[i] = _source.Gather(sourceRowIds, _columns[i], _context.Scratch);
        }

        var groups = Find(_keys, _gathered);
        var cells = _table.Current<PartnerCount>(0);
        for (int i = 0; i < groups.Length; i++)
        {
            ref var cell = ref cells[groups[i]];
            if (cell.Tick != _context.Tick)
            {
                cell.Tick = _context.Tick;
                cell.PartnersBefore = cell.Partners;
            }

            // Numbered through all batches from 1 on.
            long partner = _partnersBefore + partnerRows[i] + 1;
            if (cell.LastPartner != partner)
            {
                cell.LastPartner = partner;
                cell.Partners += partners.Weight(partnerRows[i]);
            }

            _affected.Add(((ulong)sourceRowIds[i] << 32) | (uint)groups[i]);
        }
    }

    public void BeginTransitions(List<Batch> partnerDeltas)
    {
        // A stored row that met several changes is listed as often.
        _affected.Sort();
        _next = 0;
    }

    public bool NextTransitions(out ReadOnlySpan<uint> sourceRowIds, out Span<sbyte> signs)
    {
        var cells = _table.Current<PartnerCount>(0);
        int count = 0;
        for (; _next < _affected.Count && count < _rowIds.Length; _next++)
        {
            if (_next > 0 && _affected[_next] == _affected[_next - 1])
            {
                continue;
            }

            ref var cell = ref cells[(int)(uint)_affected[_next]];
            int sign = (cell.Partners != 0 ? 1 : 0) - (cell.PartnersBefore != 0 ? 1 : 0);
            if (sign != 0)
            {
                _rowIds[count] = (uint)(_affected[_next] >> 32);
                _signs[count++] = (sbyte)sign;
            }
        }

        sourceRowIds = _rowIds.AsSpan(0, count);
        signs = _signs.AsSpan(0, count);
        if (count > 0)
        {
            return true;
        }

        Finish();
        return false;
    }

    public void Dispose()
    {
        _words.Dispose();
        _table.Dispose();
    }

    private Span<int> Find(Batch batch, int[] columns)
    {
        var groups = _context.Scratch.Allocate<int>(batch.RowCount);
        _table.FindOrInsert(batch, columns, KeyHashing.Of(batch, columns, _context.HashSeed, _context.Scratch), groups);
        return groups;
    }

    private void Finish()
    {
        _affected.Clear();
        var cells = _table.Current<PartnerCount>(0);
        foreach (int group in _table.Touched)
        {
            if (cells[group].Sources == 0)
            {
                _table.Remove(group);
            }
        }

        _table.EndTick();
    }
}
