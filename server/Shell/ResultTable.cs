using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Server.Shell;

/// <summary>A statement's result as text cells, in full: for the demo's screen and the command line, not for large results.</summary>
internal sealed record ResultTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, string Tag)
{
    /// <summary>Runs every statement of the text and returns the last one's result.</summary>
    internal static async Task<ResultTable> Run(ISession session, string sql, CancellationToken cancellation)
    {
        var result = new ResultTable([], [], "");
        foreach (var statement in SqlParser.Parse(sql))
        {
            result = await Run(session, statement, cancellation).ConfigureAwait(false);
        }

        return result;
    }

    internal static async Task<ResultTable> Run(ISession session, Statement statement, CancellationToken cancellation)
    {
        bool failed = true;
        try
        {
            var prepared = session.Prepare(statement, []);
            var result = await Run(session, prepared, [], cancellation).ConfigureAwait(false);
            failed = false;
            return result;
        }
        finally
        {
            await session.EndImplicitTransaction(failed).ConfigureAwait(false);
        }
    }

    internal static async Task<ResultTable> Run(
        ISession session, IPreparedStatement prepared, IReadOnlyList<Datum> parameters, CancellationToken cancellation)
    {
        using var portal = session.Bind(prepared, parameters);
        if (portal.CopyIn is not null || portal.CopyOut is not null)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: COPY without a client connection", hint: "Use psql's \\copy.");
        }

        var rows = new List<IReadOnlyList<string?>>();
        var options = session.Settings.Values.Text;
        while (await portal.Next(cancellation).ConfigureAwait(false) is { } batch)
        {
            for (int row = 0; row < batch.RowCount; row++)
            {
                rows.Add(Cells(batch, row, options));
            }
        }

        return new ResultTable([.. (portal.Columns ?? []).Select(c => c.Name)], rows, portal.CommandTag);
    }

    private static string?[] Cells(Batch batch, int row, TextOptions options)
    {
        var cells = new string?[batch.ColumnCount];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = batch[i].IsValid(row) ? TextFormat.ToText(Datum.FromVector(batch[i], row), options) : null;
        }

        return cells;
    }
}
