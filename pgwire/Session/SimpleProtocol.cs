using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Encoding;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// Query messages: the whole string is parsed before anything runs, its statements run in order within one implicit
/// transaction, the first error ends it, and one ReadyForQuery closes it. A COPY FROM STDIN parks the string until the
/// data has come. One thread.
/// </summary>
internal sealed class SimpleProtocol(ClientSession session) : IDisposable
{
    private readonly PortalState _portal = new();
    private IReadOnlyList<Statement> _statements = [];
    private int _next;

    public bool IsRunning { get; private set; }

    /// <summary>The string that runs, for error positions.</summary>
    public string Text { get; private set; } = "";

    public ValueTask Query(ReadOnlySpan<byte> body)
    {
        IsRunning = true;
        Text = "";
        session.ForgetUnnamed();
        Text = WireText.Decode(QueryMessage.Read(body).Text);
        _statements = session.Engine.Parse(Text, session.Server.Parse);
        _next = 0;
        if (_statements.Count == 0)
        {
            session.Output.WriteFixed(FixedMessages.EmptyQueryResponse);
        }

        return RunRest();
    }

    /// <summary>COPY FROM STDIN has ended well: completes it and goes on with the string.</summary>
    public async ValueTask ResumeAfterCopy()
    {
        await Complete(sent: 0);
        await RunRest();
    }

    /// <summary>Gives the rest of the string up.</summary>
    public void Abandon()
    {
        _portal.Dispose();
        _statements = [];
        IsRunning = false;
    }

    public void Dispose() => _portal.Dispose();

    private async ValueTask RunRest()
    {
        while (_next < _statements.Count)
        {
            if (!await RunNext())
            {
                return;
            }
        }

        if (_statements.Count == 0)
        {
            await session.Engine.EndImplicitTransaction(failed: false);
        }

        if (session.Engine.TransactionStatus == TransactionStatus.Idle)
        {
            session.ClosePortals();
        }

        Abandon();
        session.WriteReady();
    }

    /// <summary>Runs one statement; false when it waits for COPY data.</summary>
    private async ValueTask<bool> RunNext()
    {
        var cancellation = session.BeginStatement();
        var prepared = session.Engine.Prepare(_statements[_next], []);
        if (prepared.ParameterTypes.Count > 0)
        {
            throw new SqlException(SqlState.UndefinedParameter, "there is no parameter $1");
        }

        await session.BeginExecution(prepared, isLast: _next == _statements.Count - 1);
        var portal = session.OpenPortal(prepared, []);
        var shape = portal.Columns is { } columns ? new ResultShape(columns, default) : null;
        _portal.Open(prepared, portal, shape, entry: null, parameters: null);
        if (portal.CopyIn is not null)
        {
            session.StartCopy(_portal, isExtended: false, cancellation);
            return false;
        }

        long sent = 0;
        if (portal.CopyOut is not null)
        {
            await session.Runner.SendCopy(_portal, cancellation);
        }
        else
        {
            if (shape is not null)
            {
                session.Output.WriteFixed(shape.RowDescription);
            }

            sent = await session.Runner.SendRows(_portal, rowsMax: 0, cancellation);
        }

        session.EndStatement();
        await Complete(sent);
        return true;
    }

    /// <summary>The last statement's completion is told once the transaction has ended well.</summary>
    private async ValueTask Complete(long sent)
    {
        string tag = session.Runner.Tag(_portal, sent);
        var statement = _statements[_next++];
        _portal.Dispose();
        session.AfterStatement(statement, _portal);
        if (_next == _statements.Count)
        {
            await session.Engine.EndImplicitTransaction(failed: false);
        }

        CommandCompleteMessage.Write(session.Output, tag);
    }
}
