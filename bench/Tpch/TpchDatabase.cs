using Vectorized.Connectors;
using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Tpch;

/// <summary>
/// A database with TPC-H's tables, loaded by the generator's batches straight through the commit stage (no text between),
/// queried through a session as a client would. One thread.
/// </summary>
internal sealed class TpchDatabase : IDisposable
{
    private const int PositionsPerTick = 4096;

    private readonly Database _database;
    private readonly ISession _session;

    internal TpchDatabase(decimal scale, int workers)
    {
        Generator = new TpchGenerator(new TpchScale(scale));
        _database = Database.Open(
            new DatabaseOptions { Workers = workers, HashSeed = 42 }, Host.System, new SourceConnectors().AddBuiltin());
        _session = _database.Connect("root", "dev");
        foreach (var table in Enum.GetValues<TpchTable>())
        {
            Execute(CreateTable(table));
        }
    }

    internal TpchGenerator Generator { get; }

    /// <summary>CREATE TABLE in the dialect.</summary>
    internal static string CreateTable(TpchTable table)
    {
        var columns = TpchSchema.Of(table);
        string key = string.Join(", ", TpchSchema.Key(table).Select(c => columns[c].Name));
        return $"CREATE TABLE {NameOf(table)} ({string.Join(", ", columns.Select(c => $"{c.Name} {c.Type}"))}, PRIMARY KEY ({key}))";
    }

    internal static string NameOf(TpchTable table) => table.ToString().ToLowerInvariant();

    internal void LoadAll()
    {
        foreach (var table in Enum.GetValues<TpchTable>())
        {
            Load(table, 0, Generator.PositionCount(table));
        }
    }

    /// <summary>Inserts the rows at positions [from, to).</summary>
    internal void Load(TpchTable table, long from, long to)
    {
        for (long at = from; at < to; at += PositionsPerTick)
        {
            Write(table, Generator.Generate(table, at, Math.Min(at + PositionsPerTick, to)));
        }
    }

    /// <summary>Refresh function 1: a set of new orders with their line items.</summary>
    internal void InsertRefresh(int set)
    {
        foreach (var table in (TpchTable[])[TpchTable.Orders, TpchTable.LineItem])
        {
            var arena = new Arena();
            Write(table, new OwnedBatch(Generator.WriteRefresh(arena, table, set), arena));
        }
    }

    internal void Execute(string sql) => Query(sql);

    /// <summary>The last statement's rows as text, NULL as null.</summary>
    internal List<string?[]> Query(string sql)
    {
        var rows = new List<string?[]>();
        foreach (var statement in SqlParser.Parse(sql))
        {
            rows.Clear();
            using var portal = Start(statement);
            while (portal.Next(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } batch)
            {
                for (int row = 0; row < batch.RowCount; row++)
                {
                    int at = row;
                    rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(c => Cell(batch, c, at))]);
                }
            }

            _session.EndImplicitTransaction(failed: false).AsTask().GetAwaiter().GetResult();
        }

        return rows;
    }

    /// <summary>Runs a query and counts its rows, making no text of them.</summary>
    internal long CountRows(IPreparedStatement prepared)
    {
        long rows = 0;
        using var portal = _session.Bind(prepared, []);
        while (portal.Next(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } batch)
        {
            rows += batch.RowCount;
        }

        return rows;
    }

    internal IPreparedStatement Prepare(string sql) => _session.Prepare(SqlParser.Parse(sql)[0], []);

    public void Dispose()
    {
        _session.Dispose();
        _database.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void Write(TpchTable table, OwnedBatch rows)
    {
        var command = new TpchLoad(_database.Catalog.Find(CatalogSnapshot.PublicSchemaId, NameOf(table))!.Id, rows);
        _database.Lane.Enqueue(command);
        command.Published.GetAwaiter().GetResult();
    }

    private IPortal Start(Statement statement)
    {
        try
        {
            return _session.Bind(_session.Prepare(statement, []), []);
        }
        catch
        {
            _session.EndImplicitTransaction(failed: true).AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    internal static string? Cell(Batch batch, int column, int row) =>
        batch[column].IsValid(row) ? TextFormat.ToText(Datum.FromVector(batch[column], row)) : null;
}
