namespace Vectorized.Engine.Dataflow;

/// <summary>
/// How many rows a step of a view's building takes: as many as go into its time by what rows have cost so far. Where rows come to cost many
/// times what they did (each step computes again what is large by then: a group's long text), smaller steps would only
/// make it worse: a step then takes a part of all rows so far, however long that is, so that the whole ends. Main lane only.
/// </summary>
internal sealed class BuildPace
{
    private const double RowNanosUsual = 500;
    private const int RowsMin = 64;
    private const int RowsMax = Backfill.SliceRows / 2;

    /// <summary>So many steps one after another, not single ones that others held up.</summary>
    private const int CostlySteps = 32;
    private const double CostlyFactor = 8;
    private const int PartOfAll = 64;

    private double _rowNanos;
    private double _leastRowNanos;
    private long _allRows;
    private int _costly;

    /// <summary>Another view.</summary>
    internal void Begin()
    {
        _rowNanos = RowNanosUsual;
        _leastRowNanos = double.MaxValue;
        _allRows = 0;
        _costly = 0;
    }

    internal int Rows(long nanos) => _costly < CostlySteps ? (int)Math.Clamp(nanos / _rowNanos, RowsMin, RowsMax)
        : (int)Math.Clamp(_allRows / PartOfAll, RowsMin, Backfill.SliceRows);

    /// <summary>A step has been taken.</summary>
    internal void Took(long rows, long nanos)
    {
        if (rows == 0)
        {
            return;
        }

        _allRows += rows;
        _rowNanos = (_rowNanos + (nanos / (double)rows)) / 2;
        _leastRowNanos = Math.Min(_leastRowNanos, _rowNanos);
        _costly = _costly >= CostlySteps || _rowNanos > _leastRowNanos * CostlyFactor ? _costly + 1 : 0;
    }
}
