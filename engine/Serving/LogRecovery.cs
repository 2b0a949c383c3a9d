using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;
using Vectorized.Storage.Encoding;
using Vectorized.Storage.Log;
using Vectorized.Storage.Manifests;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Serving;

/// <summary>
/// Brings a database from its last checkpoint, if it has one, to the last tick of its log: the log is
/// read once to see how far it goes and how far it had read each
/// source (damage is found before anything is executed), then its records are executed again. Nobody is served before.
/// </summary>
internal sealed class LogRecovery
{
    private readonly IFiles _files;
    private readonly DataDirectory _directory;
    private readonly Dictionary<int, SplitPositions> _sourceEnds = [];
    private readonly LogReader _scan;
    private readonly ulong _first;

    /// <param name="files">The platform's.</param>
    /// <param name="directory">Where the log stands.</param>
    /// <param name="covered">Records up to this one are in the checkpoint.</param>
    internal LogRecovery(IFiles files, DataDirectory directory, ulong covered)
    {
        _first = covered + 1;
        _files = files;
        _directory = directory;
        _scan = new LogReader(files, directory.LogPath, directory.DatabaseId);
        foreach (var record in _scan.Read(_first))
        {
            NoteSourceEnds(record.Payload.Span);
        }
    }

    /// <summary>Bytes behind the log's end that no acknowledgement covered.</summary>
    internal long TornBytes => _scan.TornBytes;

    /// <summary>Records executed again.</summary>
    internal long Records { get; private set; }

    /// <summary>The log, to be written on from its end.</summary>
    internal DurableTickLog OpenLog() =>
        new(new LogWriter(_files, _directory.LogPath, _directory.DatabaseId, _scan.Next, _scan.End));

    internal void Run(Database database, CheckpointRestore? checkpoint, DurabilityHook? hook = null)
    {
        var replay = database.Lane.Replay;
        replay.Begin(_sourceEnds);
        checkpoint?.Run(database);
        using var arena = new Arena();
        var records = new LogReader(_files, _directory.LogPath, _directory.DatabaseId).Read(_first);
        foreach (var stored in hook?.Records(records) ?? records)
        {
            arena.Reset();
            Execute(database, stored.Payload.Span, arena, hook);
            Records++;
            database.Lane.Checkpointer?.Executed(0, stored.Payload.Length);
        }
    }

    private static void Execute(Database database, ReadOnlySpan<byte> payload, Arena arena, DurabilityHook? hook)
    {
        var bytes = new ByteReader(payload);
        var record = TickRecordCodec.ReadHead(ref bytes);
        hook?.Replays(record);
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
