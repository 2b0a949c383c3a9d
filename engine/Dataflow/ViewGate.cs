using Vectorized.Engine.Budget;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// The edge from a relation into a view that reads it: picks the relation's columns the view's plan asks for, and
/// contains failures. An error raised anywhere below stops that view (its cone), not the tick: the gate records it,
/// delivers nothing more, and the main lane removes the view when the tick has ended, keeping its last good epoch.
/// </summary>
internal sealed class ViewGate(OperatorContext context, IReadOnlyList<int> columns, ViewFailure failure)
    : Operator(context, inputCount: 1)
{
    private readonly int[] _columns = [.. columns];

    public override string Form => "scan";

    /// <summary>The relation's columns it lets through.</summary>
    internal ReadOnlySpan<int> Columns => _columns;

    public override void Push(int input, Batch batch)
    {
        if (failure.HasFailed)
        {
            return;
        }

        bool isComplete = true;
        var picked = Context.Batches.Take(batch.RowCount, _columns.Length);
        for (int i = 0; i < _columns.Length; i++)
        {
            picked[i] = batch[_columns[i]];
            isComplete &= picked[i].Encoding != VectorEncoding.Absent;
        }

        picked.SetWeights(batch.Weights);
        if (!isComplete)
        {
            // A bug, and the rows are gone: better no view than a wrong one.
            failure.Fail(new SqlException(SqlState.InternalError, "a column that the view reads was not read from its source"));
            return;
        }

        var outer = Context.Evaluation.RowErrors;
        Context.Evaluation.RowErrors = failure.OfRows;
        using var use = MemoryAccount.Enter(failure.Memory);
        try
        {
            Emit(picked);
        }
        catch (Exception e) when (failure.Contains(e))
        {
            failure.Fail(e);
        }
        finally
        {
            Context.Evaluation.RowErrors = outer;
        }
    }

    /// <summary>Ending the tick runs the view's held-back work, which may fail as well.</summary>
    protected override void EndTickDownstream()
    {
        if (failure.HasFailed)
        {
            return;
        }

        var outer = Context.Evaluation.RowErrors;
        Context.Evaluation.RowErrors = failure.OfRows;
        using var use = MemoryAccount.Enter(failure.Memory);
        try
        {
            base.EndTickDownstream();
        }
        catch (Exception e) when (failure.Contains(e))
        {
            failure.Fail(e);
        }
        finally
        {
            Context.Evaluation.RowErrors = outer;
        }
    }
}

/// <summary>
/// Whether a view has failed in the current tick, and why. Shared by the gates of all its parts. What a shared arrangement's
/// failure takes down with it is changed between ticks only.
/// </summary>
internal sealed class ViewFailure : IRowErrors
{
    private readonly List<ViewFailure> _dependents = [];
    private Exception? _cause;
    private long _rowErrors;
    private string? _lastRowError;

    /// <summary>on_error = 'null': the view goes on over rows its expressions fail for.</summary>
    internal bool TakesRowErrors { get; set; }

    /// <summary>What takes the errors of single rows; null: they stop the view.</summary>
    internal IRowErrors? OfRows => TakesRowErrors ? this : null;

    /// <summary>Evaluations that failed over a row, and the last one's message.</summary>
    internal (long Count, string? Last) RowErrors => (Interlocked.Read(ref _rowErrors), Volatile.Read(ref _lastRowError));

    /// <summary>As a checkpoint has them.</summary>
    internal void RestoreRowErrors(long count, string last) => (_rowErrors, _lastRowError) = (count, last.Length == 0 ? null : last);

    void IRowErrors.Report(SqlException error)
    {
        Interlocked.Increment(ref _rowErrors);
        Volatile.Write(ref _lastRowError, error.Message);
    }

    /// <summary>Who pays for what the view adds within a tick; null: nobody is asked.</summary>
    internal ViewMemory? Memory { get; set; }

    /// <summary>It has failed because memory ran out: that would not come about again by itself.</summary>
    internal bool IsOutOfMemory => Cause is SqlException { SqlState: SqlState.OutOfMemory };

    internal bool HasFailed => Volatile.Read(ref _cause) is not null;

    internal Exception? Cause => Volatile.Read(ref _cause);

    /// <summary>
    /// Whether an error is the view's own: what its expressions and operators raise, a broken invariant and the refusal of its
    /// memory account included. That the machine has no memory is not.
    /// </summary>
    internal bool Contains(Exception e) => e is SqlException or ArithmeticException or InvalidOperationException
        or ArgumentException or IndexOutOfRangeException or NullReferenceException or NotSupportedException or InvalidCastException;

    /// <summary>The first cause counts. Any part's thread.</summary>
    internal void Fail(Exception cause)
    {
        if (Interlocked.CompareExchange(ref _cause, cause, null) is null)
        {
            foreach (var dependent in _dependents)
            {
                dependent.Fail(cause);
            }
        }
    }

    internal void AddDependent(ViewFailure dependent) => _dependents.Add(dependent);

    internal void RemoveDependent(ViewFailure dependent) => _dependents.Remove(dependent);
}
