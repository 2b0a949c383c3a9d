using Vectorized.Engine.Columns;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// Probes one side with batches of the other, a bounded list of pairs at a time. NULL keys match nothing, but NULL in a
/// null-safe key; where a join has keys of both sorts, rows with NULL in a strict one are kept from the probe. One thread.
/// </summary>
internal sealed class JoinProbe : IDisposable
{
    private readonly OperatorContext _context;
    private readonly bool _nullsEqual;
    private readonly bool[] _strict;
    private readonly bool _isMixed;

    internal JoinProbe(OperatorContext context, IReadOnlyList<bool> nullSafe)
    {
        _context = context;
        _nullsEqual = nullSafe.Any(n => n);
        _isMixed = _nullsEqual && nullSafe.Any(n => !n);
        _strict = [.. nullSafe.Select(n => !n)];
    }

    /// <summary>The pairs of the current step.</summary>
    internal MatchList Matches { get; } = new();

    /// <summary>Fills <see cref="Matches"/> with the next pairs. False when it holds the last of them.</summary>
    internal bool Next(
        Batch batch, JoinSide probing, JoinSide stored, ReadOnlySpan<ulong> hashes, Stamp stamp, ref ProbeCursor cursor)
    {
        Matches.Clear();
        return stored.Arrangement.Probe(
            stored.Index, batch, probing.Keys, hashes, stamp, ref cursor, Matches, _nullsEqual);
    }

    /// <summary>For each row of the batch one stored row with its key, or 0.</summary>
    internal Span<uint> First(Batch batch, int[] keys, JoinSide stored, ReadOnlySpan<ulong> hashes, Stamp stamp)
    {
        var found = _context.Scratch.Allocate<uint>(batch.RowCount);
        stored.Arrangement.ProbeFirst(stored.Index, batch, keys, hashes, stamp, found, _nullsEqual);
        if (_isMixed)
        {
            for (int row = 0; row < found.Length; row++)
            {
                if (!CanMatch(batch, keys, row))
                {
                    found[row] = 0;
                }
            }
        }

        return found;
    }

    /// <summary>
    /// Whether rows with NULL in a strict key must be set apart from a batch before <see cref="Next"/>: they would meet stored ones
    /// through its null-safe keys.
    /// </summary>
    internal bool MustSplit(Batch batch, int[] keys)
    {
        if (!_isMixed)
        {
            return false;
        }

        for (int row = 0; row < batch.RowCount; row++)
        {
            if (!CanMatch(batch, keys, row))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a row's key may equal another at all.</summary>
    internal bool CanMatch(Batch batch, int[] keys, int row)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            if ((_strict[i] || !_nullsEqual) && !batch[keys[i]].IsValid(row))
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose() => Matches.Dispose();
}
