using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>
/// A statement ready to run: what Prepare makes of it. Immutable apart from its cached plan; belongs to the session that
/// prepared it.
/// </summary>
internal abstract class Executable(Statement statement) : IPreparedStatement
{
    public Statement Statement { get; } = statement;

    public virtual IReadOnlyList<SqlType> ParameterTypes => [];

    public virtual IReadOnlyList<ResultColumn>? Columns => null;

    /// <summary>Whether it may run in a failed transaction block (COMMIT and ROLLBACK).</summary>
    public virtual bool EndsTransaction => false;

    /// <summary>Whether it changes data or definitions: refused in a read-only transaction.</summary>
    public virtual bool Writes => false;

    /// <summary>Whether it changes definitions: a transaction of its own, also within a block.</summary>
    public virtual bool IsDefinition => false;

    /// <summary>Relations it reads, by id; its own table not counted.</summary>
    internal virtual IReadOnlyCollection<int> Reads => [];

    /// <summary>
    /// What it must wait for while the state is being loaded; null: it can start. Unless it knows better, everything: then nothing
    /// is missing, whatever it touches.
    /// </summary>
    internal virtual Task? Awaits(Dataflow.Checkpoints.StateLoading loading) => loading.WaitForAll();

    public virtual bool RunsBriefly => false;

    public virtual bool IsCurrent => false;

    public abstract IPortal Start(Session session, IReadOnlyList<Datum> parameters);
}

/// <summary>
/// A statement whose work is a short action in the session, such as SET; the action returns the tag. <paramref name="query"/>: a query
/// it begins, or null.
/// </summary>
internal sealed class ActionExecutable(Statement statement, Func<Session, string> action, Executable? query = null)
    : Executable(statement)
{
    internal override Task? Awaits(Dataflow.Checkpoints.StateLoading loading) => query?.Awaits(loading);

    public override bool RunsBriefly => true;

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters) => new ActionPortal(() => action(session));
}

/// <summary>COMMIT or ROLLBACK: the action gives the tag once its effect is published.</summary>
internal sealed class EndExecutable(Session session, Statement statement, Func<Session, ValueTask<string>> action)
    : Executable(statement)
{
    public override bool EndsTransaction => true;

    internal override Task? Awaits(Dataflow.Checkpoints.StateLoading loading) => null;

    public override bool RunsBriefly => session.Block is not { HasWrites: true };

    public override IPortal Start(Session running, IReadOnlyList<Datum> parameters) => new EndPortal(() => action(running));
}

/// <summary>A statement that awaits something, such as a definition on the main lane.</summary>
internal sealed class AsyncExecutable(
    Statement statement, string tag, Func<Session, CancellationToken, ValueTask> action, bool isDefinition) : Executable(statement)
{
    public override bool Writes => isDefinition;

    public override bool IsDefinition => isDefinition;

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters) =>
        new AsyncPortal(tag, cancellation => action(session, cancellation));
}

/// <summary>A statement whose few rows are computed at once, such as SHOW.</summary>
internal sealed class RowsExecutable(
    Statement statement, string verb, IReadOnlyList<ResultColumn> columns, Func<Session, Columns.OwnedBatch> rows) : Executable(statement)
{
    public override IReadOnlyList<ResultColumn>? Columns => columns;

    internal override Task? Awaits(Dataflow.Checkpoints.StateLoading loading) => null;

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters) => new RowsPortal(verb, columns, rows(session));
}
