using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Serving;

/// <summary>A portal without rows.</summary>
internal abstract class RowlessPortal : IPortal
{
    public IReadOnlyList<ResultColumn>? Columns => null;

    public abstract string CommandTag { get; }

    public virtual ICopyIn? CopyIn => null;

    public virtual ICopyOut? CopyOut => null;

    public abstract ValueTask<Batch?> Next(CancellationToken cancellation);

    public virtual void Dispose()
    {
    }
}

/// <summary>Runs a short action when it is pulled; the action names the tag.</summary>
internal sealed class ActionPortal(Func<string> action) : RowlessPortal
{
    private string _tag = "";

    public override string CommandTag => _tag;

    public override ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        _tag = action();
        return new ValueTask<Batch?>((Batch?)null);
    }
}

/// <summary>Runs an action that cannot be cancelled half-way and names the tag.</summary>
internal sealed class EndPortal(Func<ValueTask<string>> action) : RowlessPortal
{
    private string _tag = "";

    public override string CommandTag => _tag;

    public override async ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        _tag = await action().ConfigureAwait(false);
        return null;
    }
}

/// <summary>Runs a cancellable action when it is pulled.</summary>
internal sealed class AsyncPortal(string tag, Func<CancellationToken, ValueTask> action) : RowlessPortal
{
    public override string CommandTag => tag;

    public override async ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        await action(cancellation).ConfigureAwait(false);
        return null;
    }
}

/// <summary>Hands out one batch of rows that is already there.</summary>
internal sealed class RowsPortal(string verb, IReadOnlyList<ResultColumn> columns, OwnedBatch rows) : IPortal
{
    private bool _delivered;

    public IReadOnlyList<ResultColumn>? Columns => columns;

    public string CommandTag => verb == "SELECT" ? $"SELECT {rows.Batch.RowCount}" : verb;

    public ICopyIn? CopyIn => null;

    public ICopyOut? CopyOut => null;

    public ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        if (_delivered || rows.Batch.RowCount == 0)
        {
            return new ValueTask<Batch?>((Batch?)null);
        }

        _delivered = true;
        return new ValueTask<Batch?>(rows.Batch);
    }

    public void Dispose() => rows.Dispose();
}
