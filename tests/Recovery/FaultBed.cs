using System.Globalization;
using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Recovery;

/// <summary>
/// A database over simulated files whose store a test stands in the way of. It holds a table `t` and a view of its sums, and writes a
/// checkpoint after each tick unless told otherwise.
/// </summary>
internal sealed class FaultBed : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private FaultBed(Database database, InterceptedStore store)
    {
        Database = database;
        Store = store;
        Session = database.Connect("root", "dev");
    }

    internal Database Database { get; }

    internal InterceptedStore Store { get; }

    internal ISession Session { get; }

    internal long Completed => Database.Lane.Checkpointer!.Facts.Read().Completed;

    internal long Failures => Database.Lane.Checkpointer!.Facts.Read().Failures;

    /// <summary>Opens it over files, in a directory of its own beside a state that others may share.</summary>
    internal static FaultBed Open(
        IFiles files, string data = "/data", string? state = null, string host = "", long age = 0, bool takesOver = false,
        Action<InterceptedStore>? prepare = null, IClock? clock = null, DurabilityHook? hook = null,
        bool logsToStore = false)
    {
        InterceptedStore? store = null;
        var database = Database.Open(
            new DatabaseOptions
            {
                HashSeed = 42,
                DataDirectory = data,
                StateAddress = state,
                HostName = host,
                TakesOver = takesOver,
                LogsToStore = logsToStore,
                CheckpointAgeNanosMax = age,
                Durability = hook,
                Between = inner =>
                {
                    store = new InterceptedStore(inner);
                    prepare?.Invoke(store);
                    return store;
                },
            },
            Host.System with { Files = files, Clock = clock ?? Host.System.Clock },
            new SourceConnectors().AddBuiltin());
        return new FaultBed(database, store!);
    }

    internal async Task Create()
    {
        await Run("CREATE TABLE t (id bigint PRIMARY KEY, value bigint)");
        await Run("CREATE MATERIALIZED VIEW sums AS SELECT count(*) AS n, sum(value) AS s, max(id) AS m FROM t");
    }

    internal Task<ResultTable> Run(string sql) => ResultTable.Run(Session, sql, CancellationToken.None);

    /// <summary>Inserts the row of a number; its value is ten times that.</summary>
    internal Task Insert(long id) => Run(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO t VALUES ({id}, {id * 10})"));

    /// <summary>The table holds the rows 1 to n, each once, and the view says so.</summary>
    internal async Task Holds(long n)
    {
        var table = (await Run("SELECT count(*), sum(value), max(id) FROM t")).Rows[0];
        string sum = (n * (n + 1) * 5).ToString(CultureInfo.InvariantCulture);
        string count = n.ToString(CultureInfo.InvariantCulture);
        Assert.Equal([count, sum, count], table);
        Assert.Equal(table, (await Run("SELECT n, s, m FROM sums")).Rows[0]);
    }

    internal static async Task Until(Func<bool> holds, string what)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(clock.Elapsed < _patience, $"waited in vain until {what}");
            await Task.Delay(2);
        }
    }

    /// <summary>Everything executed so far is in a durable checkpoint.</summary>
    internal Task Settled() => Settled(Database);

    /// <inheritdoc cref="Settled()"/>
    internal static async Task Settled(Database database)
    {
        long tick = database.PublishedEpoch;
        await Until(() => database.Lane.Checkpointer!.Facts.Read().Tick >= tick, $"tick {tick} is in a checkpoint");
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Database.DisposeAsync();
    }
}
