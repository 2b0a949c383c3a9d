using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Columns;

/// <summary>
/// A delta: columns of equal length and, unless every row stands for one insertion, a weight a row (a Z-set; Budiu et
/// al., DBSP, 2023). At most <see cref="RowsMax"/> rows by custom. The shell is pooled and owns no memory: columns and
/// weights live in the arena (or chunk, or handed-over batch) they came from. Valid during the Push that delivers it;
/// an operator that needs it until the tick ends asks its context to keep it. One thread.
/// </summary>
public sealed unsafe class Batch
{
    /// <summary>The usual number of rows in a vector.</summary>
    public const int RowsMax = 4096;

    private Vector[] _columns = [];
    private long* _weights;
    private ulong* _hashes;

    public int RowCount { get; private set; }

    public int ColumnCount { get; private set; }

    /// <summary>False: every row's weight is +1.</summary>
    public bool HasWeights => _weights != null;

    /// <summary>One weight a row; empty when all are +1. Never zero in a batch that leaves an operator.</summary>
    public Span<long> Weights => _weights == null ? default : new(_weights, RowCount);

    /// <summary>Hash of each row's key columns where a producer computed it, else empty; <see cref="HashKey"/> says of which key.</summary>
    public Span<ulong> Hashes => _hashes == null ? default : new(_hashes, RowCount);

    /// <summary>Identifies the columns <see cref="Hashes"/> covers; 0: none.</summary>
    public int HashKey { get; private set; }

    public ReadOnlySpan<Vector> Columns => _columns.AsSpan(0, ColumnCount);

    public ref Vector this[int column] => ref _columns[column];

    /// <summary>Makes the shell describe a new batch without weights and hashes; columns are set by the caller.</summary>
    public Batch Reset(int rowCount, int columnCount)
    {
        if (_columns.Length < columnCount)
        {
            _columns = new Vector[Math.Max(columnCount, 8)];
        }

        RowCount = rowCount;
        ColumnCount = columnCount;
        _weights = null;
        _hashes = null;
        HashKey = 0;
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Weight(int row) => _weights == null ? 1 : _weights[row];

    /// <summary>Weights in arena memory (they must not move), one a row; an empty span means all +1.</summary>
    public void SetWeights(Span<long> weights) =>
        // SAFETY: arena memory does not move; its owner outlives this batch by the contract above.
        _weights = weights.IsEmpty ? null : (long*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(weights));

    public void SetHashes(Span<ulong> hashes, int hashKey)
    {
        // SAFETY: as SetWeights.
        _hashes = hashes.IsEmpty ? null : (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(hashes));
        HashKey = hashKey;
    }
}
