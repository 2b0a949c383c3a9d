using Vectorized.Connectors.Generators;
using Vectorized.Engine.Serving;
using Vectorized.Server.Serve;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// The queries as views created when all events have already come: over stored relations (walked from their arrangements)
/// and over the sources themselves (read once more from their start). Results go to NAME@stored.csv and NAME@source.csv.
/// </summary>
internal static class NexmarkBackfill
{
    internal static readonly string[] Forms = ["stored", "source"];

    internal static void WriteResults(IReadOnlyList<string> queries, NexmarkBlocks input, string directory) =>
        WriteResultsAsync(queries, input, directory).GetAwaiter().GetResult();

    private static async Task WriteResultsAsync(IReadOnlyList<string> queries, NexmarkBlocks input, string directory)
    {
        await using var database = DatabaseOpener.Open(workers: 1, [], Host.System);
        using var session = database.Connect("root", "dev");
        await Run(session, "CREATE SCHEMA stored");
        var options = input.Generator.Options;
        foreach (var kind in Enum.GetValues<NexmarkKind>())
        {
            await Run(session, NexmarkSql.CreateSource(
                kind,
                $"nexmark.event.num = '{input.EventCount}', nexmark.min.event.gap.in.ns = '0', nexmark.lower.case = 'false', "
                + $"nexmark.event.time.gap.in.ns = '{options.EventGapNanos}', nexmark.seed = '{options.Seed}'"));
            string name = kind.ToString().ToLowerInvariant();
            await Run(session, $"CREATE MATERIALIZED VIEW stored.{name} AS SELECT * FROM public.{name}");
            await WaitForRows(session, name, input.Rows(kind));
        }

        await Run(session, NexmarkSideInput.Create("public"));
        await Run(session, NexmarkSideInput.Create("stored"));
        foreach (string query in queries)
        {
            foreach (string form in Forms)
            {
                await Run(session, form == "stored" ? "SET search_path TO stored" : "SET search_path TO public");
                await Run(session, $"CREATE MATERIALIZED VIEW created_after AS {NexmarkSql.Read(query)}");
                await WriteRows(session, Path.Combine(directory, $"{query}@{form}.csv"));
                await Run(session, "DROP MATERIALIZED VIEW created_after");
            }
        }
    }

    private static async Task WaitForRows(ISession session, string relation, long rows)
    {
        string text = $"{rows}";
        while ((await Run(session, $"SELECT count(*) FROM stored.{relation}")).Rows[0][0] != text)
        {
            await Host.System.Clock.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }

    private static async Task WriteRows(ISession session, string path)
    {
        using var file = new StreamWriter(path);
        var statement = Engine.Sql.SqlParser.Parse("SELECT * FROM created_after")[0];
        var portal = session.Bind(session.Prepare(statement, []), []);
        using (portal)
        {
            file.WriteLine(string.Join(',', (portal.Columns ?? []).Select(c => c.Name)));
            while (await portal.Next(CancellationToken.None) is { } batch)
            {
                ResultCsv.Write(file, batch);
            }
        }

        await session.EndImplicitTransaction(failed: false);
    }

    private static Task<ResultTable> Run(ISession session, string sql) => ResultTable.Run(session, sql, CancellationToken.None);
}
