using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Builds a handed-over batch row by row, column by column: source decoders, COPY, DML, tests. A row counts once
/// <see cref="EndRow"/> is called; <see cref="AbandonRow"/> takes back what a malformed one had appended.
/// </summary>
public sealed class BatchBuilder
{
    private readonly IReadOnlyList<SqlType> _types;
    private readonly VectorBuilder[] _columns;
    private VectorBuilder? _weights;

    /// <param name="types">The columns'.</param>
    /// <param name="capacity">How many rows are expected.</param>
    /// <param name="keeps">Whose values are kept, by column; null: all.</param>
    public BatchBuilder(IReadOnlyList<SqlType> types, int capacity = 64, Func<int, bool>? keeps = null)
    {
        _types = types;
        Arena = new Arena();
        _columns = new VectorBuilder[types.Count];
        for (int i = 0; i < _columns.Length; i++)
        {
            _columns[i] = new VectorBuilder(Arena, types[i], capacity, keeps?.Invoke(i) ?? true);
        }
    }

    public Arena Arena { get; }

    public int RowCount { get; private set; }

    public int ColumnCount => _types.Count;

    public VectorBuilder this[int column] => _columns[column];

    public void EndRow(long weight = 1)
    {
        if (weight != 1 && _weights is null)
        {
            _weights = new VectorBuilder(Arena, SqlType.Int64, RowCount + 64);
            for (int i = 0; i < RowCount; i++)
            {
                _weights.Append(1L);
            }
        }

        _weights?.Append(weight);
        RowCount++;
        foreach (var column in _columns)
        {
            if (column.Length != RowCount)
            {
                throw new InvalidOperationException($"a column holds {column.Length} values where {RowCount} rows were ended");
            }
        }
    }

    public void AbandonRow()
    {
        foreach (var column in _columns)
        {
            column.Truncate(RowCount);
        }
    }

    public OwnedBatch Build()
    {
        var batch = new Batch().Reset(RowCount, _columns.Length);
        for (int i = 0; i < _columns.Length; i++)
        {
            batch[i] = _columns[i].Build();
        }

        if (_weights is not null)
        {
            batch.SetWeights(_weights.Build().Values<long>());
        }

        return new OwnedBatch(batch, Arena);
    }
}
