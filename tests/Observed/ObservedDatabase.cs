using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Observed;

/// <summary>A database with a scripted source, and a session on it.</summary>
internal sealed class ObservedDatabase : IAsyncDisposable
{
    internal const string CreateSource =
        "CREATE SOURCE s (a bigint) WITH (connector = 'scripted') FORMAT PLAIN ENCODE JSON";

    private bool _isReleased;

    internal ObservedDatabase(IMemory? memory = null, long memoryBytes = 0)
    {
        var connectors = new SourceConnectors().AddBuiltin();
        connectors.Add(Source);
        Database = Database.Open(
            new DatabaseOptions { HashSeed = 42, MemoryBytes = memoryBytes },
            memory is null ? Host.System : Host.System with { Memory = memory },
            connectors);
        Session = Database.Connect("root", "dev");
    }

    internal ScriptedSource Source { get; } = new();

    internal Database Database { get; }

    internal ISession Session { get; }

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

    /// <summary>Asks until the query's first row is the one expected; what it was last, after a minute.</summary>
    internal async Task<string> Until(string query, string expected)
    {
        var ends = Host.System.Clock.MonotonicNanos + 60_000_000_000;
        while (true)
        {
            string row = (await Rows(query)).FirstOrDefault("no row");
            if (row == expected || Host.System.Clock.MonotonicNanos > ends)
            {
                return row;
            }

            await Host.System.Clock.Delay(TimeSpan.FromMilliseconds(5));
        }
    }

    /// <summary>Ends the session; from now on the database is the caller's.</summary>
    internal void Release()
    {
        Session.Dispose();
        _isReleased = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isReleased)
        {
            Session.Dispose();
            await Database.DisposeAsync();
        }
    }
}
