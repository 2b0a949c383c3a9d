using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Cursors;

/// <summary>
/// DECLARE, FETCH, MOVE, CLOSE. Outside of a transaction block a cursor lives until it is closed, as in RisingWave.
/// Cursors run forward only; SCROLL and BINARY are refused by name.
/// </summary>
internal static class CursorCommands
{
    internal static Executable? TryPrepare(Session session, Statement statement) => statement switch
    {
        DeclareCursorStatement s => PrepareDeclare(session, s),
        FetchStatement s => PrepareFetch(session, s),
        CloseStatement { Cursor: { } name } s => new ActionExecutable(s, x => Close(x, name, s.Position)),
        CloseStatement s => new ActionExecutable(s, CloseAll),
        _ => null,
    };

    private static ActionExecutable PrepareDeclare(Session session, DeclareCursorStatement statement)
    {
        if (statement.Binary || statement.Scroll == true)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported,
                $"not supported: {(statement.Binary ? "BINARY" : "SCROLL")} cursors", Math.Max(statement.Position, 1));
        }

        var query = new QueryExecutable(session, new SelectStatement(statement.Query), []);
        return query.ParameterTypes.Count > 0
            ? throw new SqlException(SqlState.UndefinedParameter, "there is no parameter $1")
            : new ActionExecutable(statement, x => Declare(x, statement, query), query);
    }

    private static string Declare(Session session, DeclareCursorStatement statement, QueryExecutable query)
    {
        session.Cursors.CheckNew(statement.Name, statement.Position);
        if (statement.Hold && session.Block is { HasWrites: true })
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: WITH HOLD in a block that has written",
                Math.Max(statement.Position, 1), hint: "Declare the cursor after COMMIT.");
        }

        session.Block?.NoteReads(query.Reads);
        var lease = session.LeaseOfItsOwn();
        bool isOfBlock = session.TransactionStatus == TransactionStatus.InBlock;
        session.Cursors.Add(
            statement.Name, new Cursor(query.StartAt(session, lease), lease, isOfBlock, statement.Hold));
        return "DECLARE CURSOR";
    }

    private static FetchExecutable PrepareFetch(Session session, FetchStatement statement)
    {
        if (statement.Direction != FetchDirection.Forward || statement.Count < 0)
        {
            throw new SqlException(SqlState.ObjectNotInPrerequisiteState, "cursor can only scan forward", statement.Position);
        }

        if (statement.Options.Count > 0)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: options of FETCH from a query's cursor", statement.Position);
        }

        var columns = session.Cursors.Get(statement.Cursor, statement.Position).Columns;
        return new FetchExecutable(statement, columns);
    }

    private static string Close(Session session, string name, int position)
    {
        session.Cursors.Close(name, position);
        return "CLOSE CURSOR";
    }

    private static string CloseAll(Session session)
    {
        session.Cursors.CloseAll();
        return "CLOSE CURSOR ALL";
    }
}

/// <summary>FETCH or MOVE, ready to run.</summary>
internal sealed class FetchExecutable(FetchStatement statement, IReadOnlyList<ResultColumn> columns) : Executable(statement)
{
    public override IReadOnlyList<ResultColumn>? Columns => statement.Move ? null : columns;

    /// <summary>What the cursor reads was there when it was declared.</summary>
    internal override Task? Awaits(StateLoading loading) => null;

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters) =>
        new FetchPortal(session.Cursors.Get(statement.Cursor), statement.Count ?? long.MaxValue, statement.Move);
}

/// <summary>A running FETCH (rows) or MOVE (none).</summary>
internal sealed class FetchPortal(Cursor cursor, long rowsMax, bool isMove) : IPortal
{
    private long _taken;

    public IReadOnlyList<ResultColumn>? Columns => isMove ? null : cursor.Columns;

    public string CommandTag => $"{(isMove ? "MOVE" : "FETCH")} {_taken}";

    public ICopyIn? CopyIn => null;

    public ICopyOut? CopyOut => null;

    public async ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        while (_taken < rowsMax && await cursor.Take(rowsMax - _taken, cancellation).ConfigureAwait(false) is { } rows)
        {
            _taken += rows.RowCount;
            if (!isMove)
            {
                return rows;
            }
        }

        return null;
    }

    public void Dispose()
    {
    }
}
