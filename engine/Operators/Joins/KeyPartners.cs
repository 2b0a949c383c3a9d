using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// Partners by key alone: a source row has one if the partner side's arrangement holds its key. Needs no state of its own: for
/// each distinct key among the partner side's changes it asks that arrangement before and after the tick, and
/// where the answers differ finds the source rows of the key. O(distinct keys changed + rows affected).
/// </summary>
internal sealed class KeyPartners(
    OperatorContext context, JoinProbe probe, JoinSide source, JoinSide partner, bool isSourceAfter)
    : IPartners
{
    private readonly List<Batch> _changed = [];
    private readonly List<sbyte> _signOfKey = [];
    private readonly sbyte[] _signs = new sbyte[Batch.RowsMax];
    private int _next;
    private int _firstSign;
    private ProbeCursor _cursor;

    public long Bytes => 0;

    public void Enter(Batch batch, Span<long> partners)
    {
    }

    public void BeginPartners(Batch partners)
    {
    }

    public void PartnersChanged(Batch partners, ReadOnlySpan<int> partnerRows, ReadOnlySpan<uint> sourceRowIds)
    {
    }

    public void BeginTransitions(List<Batch> partnerDeltas)
    {
        _changed.Clear();
        _signOfKey.Clear();
        _next = 0;
        _firstSign = 0;
        _cursor = default;
        if (partnerDeltas.Count == 0)
        {
            return;
        }

        var deltas = CollectionsMarshal.AsSpan(partnerDeltas);
        int total = 0;
        foreach (var batch in deltas)
        {
            total += batch.RowCount;
        }

        var keys = new KeySet(deltas, partner.Keys, total, context.Scratch);
        for (int b = 0; b < deltas.Length; b++)
        {
            AddChanged(deltas[b], b, ref keys);
        }
    }

    public bool NextTransitions(out ReadOnlySpan<uint> sourceRowIds, out Span<sbyte> signs)
    {
        while (_next < _changed.Count)
        {
            var batch = _changed[_next];
            var hashes = partner.Hashes(batch, context);
            var stamp = isSourceAfter ? source.After(context) : source.Before(context);
            bool more = probe.Next(batch, partner, source, hashes, stamp, ref _cursor);
            int first = _firstSign;
            if (!more)
            {
                _next++;
                _firstSign += batch.RowCount;
                _cursor = default;
            }

            if (probe.Matches.Count > 0)
            {
                var rows = probe.Matches.ProbeRows;
                for (int i = 0; i < rows.Length; i++)
                {
                    _signs[i] = _signOfKey[first + rows[i]];
                }

                sourceRowIds = probe.Matches.RowIds;
                signs = _signs.AsSpan(0, rows.Length);
                return true;
            }
        }

        sourceRowIds = default;
        signs = default;
        return false;
    }

    public void Dispose()
    {
    }

    /// <summary>Collects the distinct keys of a batch that came or went.</summary>
    private void AddChanged(Batch batch, int number, ref KeySet keys)
    {
        var hashes = partner.Hashes(batch, context);
        var before = probe.First(batch, partner.Keys, partner, hashes, partner.Before(context));
        var after = probe.First(batch, partner.Keys, partner, hashes, partner.After(context));
        var rows = context.Scratch.Allocate<int>(batch.RowCount);
        int count = 0;
        for (int row = 0; row < batch.RowCount; row++)
        {
            if (before[row] == 0 != (after[row] == 0) && keys.Add(number, row, hashes[row]))
            {
                rows[count++] = row;
                _signOfKey.Add(before[row] == 0 ? (sbyte)1 : (sbyte)-1);
            }
        }

        if (count > 0)
        {
            var changed = LateTake.Take(batch, rows[..count], context);
            changed.SetWeights(default);
            _changed.Add(changed);
        }
    }
}
