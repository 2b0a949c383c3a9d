using System.Collections.Immutable;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.Serving;

/// <summary>
/// Brings a new database to its last checkpoint: instantiates the stored catalog, plans as they are, and leaves every structure to be
/// loaded by name (<see cref="StateLoading"/>). What is stored and what was built must be the same set of structures with the same
/// schemas, else nothing is served. On the opening thread, before the log's records are executed.
/// </summary>
internal sealed class CheckpointRestore
{
    private readonly CheckpointStore _store;

    private CheckpointRestore(CheckpointStore store, CheckpointRoot root)
    {
        _store = store;
        Root = root;
    }

    internal CheckpointRoot Root { get; }

    /// <summary>Null: the store holds no checkpoint yet.</summary>
    internal static CheckpointRestore? Read(CheckpointStore store)
    {
        if (store.State.Root is not { } root)
        {
            return null;
        }

        return new CheckpointRestore(store, CheckpointRoot.Decode(ReadBytes(store, root)));
    }

    internal void Run(Database database, DurabilityHook? hook)
    {
        var lane = database.Lane;
        var stored = _store.State.Structures.GetValueOrDefault(CheckpointRound.CatalogName)
            ?? throw new CorruptionException("the checkpoint has no catalog");
        var bytes = new ByteReader(ReadBytes(_store, stored.Runs[^1]));
        string names = bytes.ReadText();
        var catalog = CatalogJson.Read(bytes.ReadRun().ToArray(), database.Functions);
        lane.Restore(Root);
        var command = new CatalogCommand(database, database.Catalog, catalog, "") { Restore = this };
        foreach (var view in command.Run())
        {
            throw new InvalidOperationException($"a view was to be filled while the state is loaded: {view}");
        }
        CheckNames(lane.Checkpointer!.Names(), names);
        lane.Loading = new StateLoading(_store, database.Host, Root.Tick, hook);
        foreach (var part in lane.Graph.Parts)
        {
            foreach (var (name, item) in part.State.Registry.Items)
            {
                Defer(lane.Loading, CheckpointRound.NameOf(name, part.Context.Part), item, catalog);
            }
        }

        lane.RestoreInputs(Root);
        foreach (var (table, next) in Root.RowIds)
        {
            database.RowIds.Restore(table, next - 1);
        }

        command.Publish();
        foreach (var (id, count, last) in Root.RowErrors)
        {
            database.Stored.GetValueOrDefault(id)?.Failure?.RestoreRowErrors(count, last);
        }

        lane.Checkpointer.Restored(catalog.Version, Root.LogNumber);
    }

    private void Defer(StateLoading loading, string name, IPersistent item, CatalogSnapshot catalog)
    {
        var stored = _store.State.Structures.GetValueOrDefault(name);
        if (stored is not null && stored.Schema != item.Schema)
        {
            throw new CorruptionException(
                $"the state of \"{name}\" was written as {stored.Schema}; this program builds {item.Schema}: "
                    + "start the version that wrote it");
        }

        int relation = RelationOf(name, catalog);
        string title = catalog.Find(relation) is CatalogRelation r ? $"{r.KindName} \"{r.Name}\"" : $"\"{name}\"";
        loading.Add(name, item, stored?.Runs ?? [], relation, title);
    }

    /// <summary>Whose rows a structure holds, by the scope it was made in; 0: an operator's.</summary>
    private static int RelationOf(string name, CatalogSnapshot catalog)
    {
        if (name[0] is not ('t' or 'i') || !int.TryParse(name.AsSpan(1, name.IndexOf('.', StringComparison.Ordinal) - 1), out int id))
        {
            return 0;
        }

        return name[0] == 't' ? id : catalog.Find(id) is CatalogIndex index ? index.RelationId : 0;
    }

    private static void CheckNames(string built, string stored)
    {
        if (built == stored)
        {
            return;
        }

        var before = stored.Split('\n').ToImmutableHashSet();
        var now = built.Split('\n').ToImmutableHashSet();
        string missing = before.Except(now).Order().FirstOrDefault() ?? now.Except(before).Order().First();
        throw new CorruptionException(
            $"the checkpoint's state does not belong to the plans as this program builds them (first difference: \"{missing}\"): "
                + "start the version that wrote it");
    }

    private static byte[] ReadBytes(CheckpointStore store, RunRef run)
    {
        using var reader = store.OpenRun(run);
        byte[] bytes = new byte[reader.BlocksLength(0, reader.BlockCount)];
        reader.ReadBlocks(0, reader.BlockCount, bytes);
        return bytes;
    }
}
