using Npgsql;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Server.Shell;
using Vectorized.Tests.Slt;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Transactions;

/// <summary>Random histories of DML and transactions: the engine against a naive model, the model's statements against PostgreSQL.</summary>
public sealed class DmlHistoryTests(ITestOutputHelper output)
{
    private const int Histories = 60;
    private const int Steps = 150;

    /// <summary>One worker and two; statements in the commit stage where they may, or computed at their epoch and checked.</summary>
    [Theory]
    [InlineData(1, 2_048)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    public async Task History_AgainstModel_IsEqual(int workers, int shortWriteRows)
    {
        int seed = Seeds.Next(output);
        int conflicts = 0;
        int commits = 0;
        for (int i = 0; i < Histories; i++)
        {
            var history = new DmlHistory(seed + i, sessionCount: 3);
            string? difference = await RunOnEngine(history, workers, shortWriteRows, withViews: true);
            Assert.True(difference is null, difference);
            conflicts += history.Conflicts;
            commits += history.Commits;
        }

        output.WriteLine($"{commits} commits, {conflicts} conflicts");
        Assert.True(conflicts > 0 && commits > conflicts);
    }

    [Theory]
    [InlineData(ModelBug.LostUpdate)]
    [InlineData(ModelBug.BlindToItself)]
    [InlineData(ModelBug.SnapshotMoves)]
    [InlineData(ModelBug.SeesOwnRows)]
    [InlineData(ModelBug.DoNothingKeepsLast)]
    [InlineData(ModelBug.AnyCommitConflicts)]
    [InlineData(ModelBug.RollbackKeepsInserts)]
    [InlineData(ModelBug.SameValueConflicts)]
    internal async Task History_AgainstModelWithBug_Differs(ModelBug bug)
    {
        int seed = Seeds.Next(output);
        for (int i = 0; i < Histories; i++)
        {
            if (await RunOnEngine(new DmlHistory(seed + i, 3, bug), 1, 2_048, withViews: false) is not null)
            {
                return;
            }
        }

        Assert.Fail($"{Histories} histories did not tell the engine from a model with the bug {bug}");
    }

    /// <summary>One session, since PostgreSQL's would wait for each other's row locks.</summary>
    [PostgresFact]
    public async Task History_OfOneSession_IsPostgres()
    {
        int seed = Seeds.Next(output);
        using var server = new PostgresServer();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        for (int i = 0; i < Histories; i++)
        {
            await using var connection = await source.OpenConnectionAsync();
            var session = new PostgresSession(connection);
            foreach (string sql in (string[])["DROP TABLE IF EXISTS t, u", .. DmlHistory.Definitions])
            {
                Assert.Null((await session.Run(sql)).SqlState);
            }

            string? difference = await new DmlHistory(seed + i, 1, forPostgres: true)
                .Run(_ => session, Steps, withViews: false);
            Assert.True(difference is null, difference);
        }
    }

    private static async Task<string?> RunOnEngine(DmlHistory history, int workers, int shortWriteRows, bool withViews)
    {
        await using var database = TestDatabase.Open(workers, shortWriteRows: shortWriteRows);
        var sessions = new Dictionary<int, EngineSession>();
        try
        {
            var first = new EngineSession(database.Connect("root", "dev"));
            sessions.Add(-1, first);
            foreach (string sql in (string[])[.. DmlHistory.Definitions, .. DmlHistory.Views])
            {
                Assert.Null((await first.Run(sql)).SqlState);
            }

            return await history.Run(
                i =>
                {
                    if (!sessions.TryGetValue(i, out var session))
                    {
                        sessions.Add(i, session = new EngineSession(database.Connect("root", "dev")));
                    }

                    return session;
                },
                Steps,
                withViews);
        }
        finally
        {
            foreach (var session in sessions.Values)
            {
                session.Dispose();
            }
        }
    }

    private sealed class EngineSession(ISession session) : IDmlSession, IDisposable
    {
        public async ValueTask<ModelResult> Run(string sql)
        {
            try
            {
                var result = await ResultTable.Run(session, sql, CancellationToken.None);
                return ModelResult.Done(result.Tag, result.Rows.Select(r => string.Join(' ', r.Select(c => c ?? "NULL"))));
            }
            catch (SqlException e) when (e.SqlState != SqlState.InternalError)
            {
                return ModelResult.Error(e.SqlState);
            }
        }

        public void Dispose() => session.Dispose();
    }

    private sealed class PostgresSession(NpgsqlConnection connection) : IDmlSession
    {
        public async ValueTask<ModelResult> Run(string sql)
        {
            try
            {
                var rows = new List<string>();
                await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(c => reader.IsDBNull(c) ? "NULL" : reader.GetString(c))));
                }

                await reader.CloseAsync();
                return ModelResult.Done(Tag(sql, rows.Count, reader.RecordsAffected), rows);
            }
            catch (PostgresException e)
            {
                return ModelResult.Error(e.SqlState);
            }
        }

        /// <summary>Npgsql does not hand out the command tag: put together from what it does.</summary>
        private static string Tag(string sql, int rows, int affected) => sql.Split(' ')[0] switch
        {
            "SELECT" => $"SELECT {rows}",
            "INSERT" => $"INSERT 0 {affected}",
            "UPDATE" => $"UPDATE {affected}",
            "DELETE" => $"DELETE {affected}",
            var verb => verb,
        };
    }
}
