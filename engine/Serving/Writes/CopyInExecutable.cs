using Vectorized.Engine.Binding;
using Vectorized.Engine.Budget;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Serving.Definitions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>COPY FROM STDIN: all rows become one write; a bad line refuses all of them, naming the line.</summary>
internal sealed class CopyInExecutable(CopyStatement statement, CatalogRelation table, int[] columns, CopySettings settings)
    : Executable(statement)
{
    public override bool Writes => true;

    /// <summary>The write itself waits, when the rows have come.</summary>
    internal override Task? Awaits(StateLoading loading) => null;

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters)
    {
        var types = columns.Select(c => (table.Columns[c].Name, table.Columns[c].Type)).ToList();
        var options = new TextOptions { Zone = session.Settings.Values.TimeZone };
        var reader = CopyReader.Create(settings, table.Name, types, options);
        return new CopyInPortal(session, table, columns, settings.Format == CopyFormat.Binary, reader);
    }
}

/// <summary>A running COPY FROM STDIN.</summary>
internal sealed class CopyInPortal(Session session, CatalogRelation table, int[] columns, bool isBinary, CopyReader reader)
    : RowlessPortal, ICopyIn
{
    private readonly BatchBuilder _rows = new([.. columns.Select(c => table.Columns[c].Type)], Batch.RowsMax);
    private readonly QueryMemory _memory = new(session.Database.Lane.Memory, session.MemoryBytes, "COPY");
    private bool _handedOver;

    public override string CommandTag => $"COPY {reader.RowCount}";

    public override ICopyIn? CopyIn => this;

    public bool IsBinary => isBinary;

    public int ColumnCount => columns.Length;

    public void Write(ReadOnlySpan<byte> piece)
    {
        using var use = MemoryAccount.Enter(_memory);
        reader.Read(piece, _rows);
    }

    public async ValueTask Complete(CancellationToken cancellation)
    {
        var rows = TableRows();
        _handedOver = true;
        var plan = new WritePlan(WriteKind.Insert, table, NoSource(), WritePlanner.OfTable(table));
        using var run = new WriteRun(session, () => plan, []) { Rows = rows };
        await run.Run(cancellation).ConfigureAwait(false);
    }

    private OwnedBatch TableRows()
    {
        using var use = MemoryAccount.Enter(_memory);
        reader.Complete(_rows);
        return TableRowsFrom(_rows.Build());
    }

    public void Fail(string reason)
    {
        // Nothing was written yet; disposal gives the rows up.
        _ = reason;
    }

    public override ValueTask<Batch?> Next(CancellationToken cancellation) => new((Batch?)null);

    public override void Dispose()
    {
        base.Dispose();
        if (!_handedOver)
        {
            _rows.Arena.Dispose();
        }
    }

    /// <summary>The copied columns in the table's order, the others by their defaults, generated ones computed.</summary>
    private OwnedBatch TableRowsFrom(OwnedBatch copied)
    {
        var database = session.Database;
        var arena = copied.Arena;
        int count = copied.Batch.RowCount;
        var context = new BindContext(database.Functions, session.Catalog, session.Values, []);
        var evaluation = new EvaluationContext(arena)
        {
            NowMicros = session.NowMicros,
            Session = session.Values,
            Seed = session.NextSeed(),
        };
        var rows = new Batch().Reset(count, table.Columns.Count);
        for (int column = 0; column < table.Columns.Count; column++)
        {
            int at = Array.IndexOf(columns, column);
            var definition = table.Columns[column];
            if (at >= 0)
            {
                rows[column] = copied.Batch[at];
            }
            else if (column == table.RowIdColumn)
            {
                rows[column] = Vector.Allocate(arena, SqlType.Int64, count);
            }
            else if (definition.DefaultText is { } text)
            {
                rows[column] = Evaluate(RowExpressions.BindDefault(context, text, definition.Type, definition.Name), evaluation, rows);
            }
            else
            {
                rows[column] = TakeKernel.AllNull(definition.Type, count, arena);
            }
        }

        for (int column = 0; column < table.Columns.Count; column++)
        {
            if (table.Columns[column].GeneratedText is { } text)
            {
                rows[column] = Evaluate(
                    RowExpressions.BindOverRow(context, text, table, table.Columns[column].Type), evaluation, rows);
            }
        }

        return new OwnedBatch(rows, arena);
    }

    private static Vector Evaluate(ScalarExpression expression, EvaluationContext evaluation, Batch rows)
    {
        var result = default(Vector);
        CompiledExpression.Compile(expression).Evaluate(evaluation, rows, ref result);
        return TakeKernel.Flatten(result, evaluation.Arena);
    }

    private ValuesNode NoSource() => new([])
    {
        Columns = [.. table.Columns.Select(c => new PlanColumn(c.Name, c.Type))],
        Properties = new StreamProperties(StreamKind.AppendOnly, null, Closed: true),
    };
}
