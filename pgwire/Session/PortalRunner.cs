using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// Pulls a portal and sends what it gives: rows straight from the columns of each batch, or COPY data. Awaits the
/// client's reading once a batch or 64 KB are unsent, so a slow reader stops its own query and no other.
/// </summary>
internal sealed class PortalRunner(PgConnection connection, ISession session)
{
    private const int UnsentBytesMax = 64 << 10;

    /// <summary>
    /// Sends up to a number of rows (0: all) and gives how many; the portal is done, or suspended at the limit.
    /// </summary>
    public async ValueTask<long> SendRows(PortalState state, int rowsMax, CancellationToken cancellation)
    {
        var output = connection.Output;
        var portal = state.Portal!;
        long sent = 0;
        if (!state.IsStarted)
        {
            state.IsStarted = true;
            await LeaveSocketThread(state.Prepared!);
        }

        while (true)
        {
            if (rowsMax > 0 && sent == rowsMax && state.Shape is not null)
            {
                state.WasSuspended = true;
                connection.Server.Counters.Statement(sent);
                return sent;
            }

            var batch = state.Batch;
            if (batch is null || state.Row == batch.RowCount)
            {
                batch = await Next(portal, state.Shape is not null, cancellation);
                state.Batch = batch;
                state.Row = 0;
                if (batch is null)
                {
                    break;
                }

                continue;
            }

            int wanted = batch.RowCount - state.Row;
            if (rowsMax > 0)
            {
                wanted = (int)Math.Min(wanted, rowsMax - sent);
            }

            int encoded = state.Shape!.Rows.Encode(batch, state.Row, wanted, output, session.Settings.Values);
            state.Row += encoded;
            sent += encoded;
            if (output.UnflushedBytes >= UnsentBytesMax)
            {
                await connection.Flush();
                cancellation.ThrowIfCancellationRequested();
            }
        }

        state.IsDone = true;
        connection.Server.Counters.Statement(sent);
        return sent;
    }

    /// <summary>Sends COPY data to its end.</summary>
    public async ValueTask SendCopy(PortalState state, CancellationToken cancellation)
    {
        var copy = state.Portal!.CopyOut!;
        var output = connection.Output;
        state.IsStarted = true;
        CopyResponseMessage.Write(output, BackendMessage.CopyOut, copy.IsBinary, copy.ColumnCount);
        await LeaveSocketThread(state.Prepared!);
        while (true)
        {
            var next = copy.Next(cancellation);
            if (!next.IsCompleted)
            {
                await connection.Flush();
            }

            var piece = await next;
            if (piece.IsEmpty)
            {
                break;
            }

            WriteCopyData(copy, piece.Span);
            if (output.UnflushedBytes >= UnsentBytesMax)
            {
                await connection.Flush();
                cancellation.ThrowIfCancellationRequested();
            }
        }

        output.WriteFixed(FixedMessages.CopyDone);
        await Finish(state, cancellation);
    }

    /// <summary>Runs a portal that has no rows to send to its end.</summary>
    public async ValueTask Finish(PortalState state, CancellationToken cancellation)
    {
        while (await state.Portal!.Next(cancellation) is not null)
        {
            // Rows of a statement that was to have none are the engine's business, not the client's.
        }

        state.IsDone = true;
        connection.Server.Counters.Statement(0);
    }

    /// <summary>Tells the client what a portal that is done did.</summary>
    public void Complete(PortalState state, long sent)
    {
        if (CountsRows(state))
        {
            CommandCompleteMessage.WriteSelect(connection.Output, sent);
        }
        else
        {
            CommandCompleteMessage.Write(connection.Output, state.Portal!.CommandTag);
        }
    }

    /// <summary>The same as a string.</summary>
    public string Tag(PortalState state, long sent) =>
        CountsRows(state) ? $"SELECT {sent}" : state.Portal!.CommandTag;

    private async ValueTask<Engine.Columns.Batch?> Next(IPortal portal, bool hasRows, CancellationToken cancellation)
    {
        var next = portal.Next(cancellation);
        if (hasRows && !next.IsCompleted)
        {
            // The wait may be long (a subscription's next change): the client gets what there is.
            await connection.Flush();
        }

        return await next;
    }

    /// <summary>Rows are counted by Execute, not by portal, where there is more than one.</summary>
    private static bool CountsRows(PortalState state) => state.Shape is not null
        && (state.Prepared!.Statement is SelectStatement
            || (state.WasSuspended && state.Portal!.CommandTag.StartsWith("SELECT ", StringComparison.Ordinal)));

    /// <summary>
    /// A query that may take long must not run within the socket's own receive loop: the next request, a cancel or
    /// the client's end would go unseen.
    /// </summary>
    private static async ValueTask LeaveSocketThread(IPreparedStatement prepared)
    {
        if (!prepared.RunsBriefly)
        {
            await Task.Yield();
        }
    }

    private void WriteCopyData(ICopyOut copy, ReadOnlySpan<byte> piece)
    {
        var ends = copy.RowEnds.Span;
        int start = 0;
        foreach (int end in ends)
        {
            CopyDataMessage.Write(connection.Output, piece[start..end]);
            start = end;
        }

        if (start < piece.Length)
        {
            CopyDataMessage.Write(connection.Output, piece[start..]);
        }
    }
}
