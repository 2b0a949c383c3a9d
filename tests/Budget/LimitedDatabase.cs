using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Budget;

/// <summary>A database under a memory limit, and a session on it.</summary>
internal sealed class LimitedDatabase : IAsyncDisposable
{
    private const string Data = "data";

    private LimitedDatabase(Database database)
    {
        Database = database;
        Session = database.Connect("root", "dev");
        Session.NoticeReceived = n => Notices.Add(n.Message);
    }

    internal Database Database { get; }

    internal ISession Session { get; }

    internal List<string> Notices { get; } = [];

    /// <param name="limitBytes">0: none.</param>
    /// <param name="memory">The machine's.</param>
    /// <param name="files">Where the database is kept; null: nowhere.</param>
    /// <param name="workers">Parts.</param>
    /// <param name="hook">A planted bug.</param>
    /// <param name="checkpoints">Off: a restart executes the whole log.</param>
    internal static LimitedDatabase Open(
        long limitBytes, IMemory memory, SimulatedFiles? files = null, int workers = 1, DataflowHook? hook = null,
        bool checkpoints = true) => new(Database.Open(
        new DatabaseOptions
        {
            Workers = workers,
            HashSeed = 42,
            MemoryBytes = limitBytes,
            DataDirectory = files is null ? null : Data,
            Hook = hook,
            Checkpoints = checkpoints,
        },
        Host.System with { Memory = memory, Files = files ?? Host.System.Files },
        new SourceConnectors().AddBuiltin()));

    internal async Task Execute(params string[] statements)
    {
        foreach (string statement in statements)
        {
            await ResultTable.Run(Session, statement, CancellationToken.None);
        }
    }

    internal async Task<List<string>> Rows(string query)
    {
        var result = await ResultTable.Run(Session, query, CancellationToken.None);
        return [.. result.Rows.Select(r => string.Join('|', r.Select(v => v ?? "NULL")))];
    }

    internal async Task<string> Value(string query) => (await Rows(query))[0];

    internal Task<SqlException> Fails(string statement) => Assert.ThrowsAsync<SqlException>(() => Execute(statement));

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Database.DisposeAsync();
    }
}
