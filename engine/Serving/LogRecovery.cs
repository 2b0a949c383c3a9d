using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Encoding;
using Vectorized.Storage.Log;

namespace Vectorized.Engine.Serving;

/// <summary>
/// Brings a database from its last checkpoint, if it has one, to the last tick of its log: the log is read once to see how far it
/// goes and how far it had read each source (damage is found before anything is executed), then its records are executed again.
/// Nobody is served before.
/// </summary>
internal sealed class LogRecovery
{
    private const int OpeningsMax = 100;

    private readonly RecordLog _log;
    private readonly Dictionary<int, SplitPositions> _sourceEnds = [];
    private readonly ulong _first;
    private readonly Func<FencedException?> _successor;

    /// <param name="log">The log.</param>
    /// <param name="covered">Records up to this one are in the checkpoint.</param>
    /// <param name="term">This opening's term: an earlier one's writer may still be at work.</param>
    /// <param name="successor">
    /// Whether a later opening has taken over. It may have cut the log while it was read here, which then seems to end early; so what was
    /// read counts only if there is none afterwards.
    /// </param>
    internal LogRecovery(RecordLog log, ulong covered, long term, Func<FencedException?> successor)
    {
        _first = covered + 1;
        _log = log;
        _successor = successor;
        for (int opening = 1; ; opening++)
        {
            _sourceEnds.Clear();
            foreach (var record in log.Read(_first))
            {
                NoteSourceEnds(record.Payload.Span);
            }

            try
            {
                Log = new DurableTickLog(log.OpenWriter());
                CheckNotSucceeded();
                return;
            }
            catch (FencedException e) when (e.Term < term && opening < OpeningsMax)
            {
                // An earlier writer added to the log while it was read: what it added counts.
            }
        }
    }

    /// <summary>Bytes behind the log's end that no acknowledgement covered.</summary>
    internal long TornBytes => _log.TornBytes;

    /// <summary>Records executed again.</summary>
    internal long Records { get; private set; }

    /// <summary>The log, to be written on from its end.</summary>
    internal DurableTickLog Log { get; }

    internal void Run(Database database, CheckpointRestore? checkpoint, DurabilityHook? hook = null)
    {
        var replay = database.Lane.Replay;
        replay.Begin(_sourceEnds);
        checkpoint?.Run(database, hook);
        using var arena = new Arena();
        var records = _log.Read(_first);
        foreach (var stored in hook?.Records(records) ?? records)
        {
            arena.Reset();
            Execute(database, stored.Payload.Span, arena, hook);
            Records++;
            database.Lane.Checkpointer?.Executed(0, stored.Payload.Length);
        }

        database.Lane.Loading?.EndReplay();
        CheckNotSucceeded();
    }

    private void CheckNotSucceeded()
    {
        if (_successor() is { } fenced)
        {
            throw fenced;
        }
    }

    private static void Execute(Database database, ReadOnlySpan<byte> payload, Arena arena, DurabilityHook? hook)
    {
        var bytes = new ByteReader(payload);
        var record = TickRecordCodec.ReadHead(ref bytes);
        hook?.Replays(record);
        if (record.Definition is not null || record.Stops.Count > 0)
        {
            // What builds or takes down may read anything; nothing is lost by loading all of it, as nobody is served before.
            database.Lane.LoadNow();
        }
        else
        {
            database.Lane.LoadOperators();
        }

        if (record.Definition is { } definition)
        {
            var after = Suspender.Carry(
                database.Catalog, CatalogJson.Read(definition.CatalogChange, database.Functions, database.Catalog));
            var command = new CatalogCommand(database, database.Catalog, after, definition.Text);
            database.Lane.Replay.BeginDefinition(record, command);
            ReadWrites(database, after, ref bytes, record, arena, hook);
            database.Lane.Replay.FinishDefinition(record, command);
            return;
        }

        ReadWrites(database, database.Catalog, ref bytes, record, arena, hook);
        database.Lane.Replay.Execute(record);
    }

    private static void ReadWrites(
        Database database, CatalogSnapshot catalog, ref ByteReader bytes, TickRecord record, Arena arena, DurabilityHook? hook)
    {
        TickRecordCodec.ReadWrites(ref bytes, record, id => database.Lane.Graph.Relation(id).ColumnTypes, arena);
        hook?.ReplaysWrites(record);
        foreach (var write in record.Writes)
        {
            if (hook?.NotesRowIds != false && catalog.Find(write.TableId) is CatalogRelation table)
            {
                database.RowIds.Observe(table, write.Delta);
            }
        }
    }

    private void NoteSourceEnds(ReadOnlySpan<byte> payload)
    {
        var bytes = new ByteReader(payload);
        foreach (var advance in TickRecordCodec.ReadHead(ref bytes).Advances)
        {
            if (!_sourceEnds.TryGetValue(advance.SourceId, out var positions))
            {
                _sourceEnds.Add(advance.SourceId, positions = []);
            }

            positions[advance.Split] = advance.Position;
        }
    }
}
