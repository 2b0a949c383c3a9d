using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Storage.Log;

namespace Vectorized.Fuzz.Simulation.Mutants;

/// <summary>Planted bugs of log, recovery and checkpoints; the simulation has to catch every one.</summary>
internal static partial class SimulationMutantList
{
    internal static readonly IReadOnlyList<SimulationMutant> All = [.. Files(), .. Records(), .. Replay(), .. Checkpoints(), .. Stores()];

    private static IEnumerable<SimulationMutant> Files()
    {
        yield return Skipping("log: a sync does nothing", (kind, path) => kind == "sync" && IsLog(path));
        yield return Skipping("log: the directory of a new segment is not synced", (kind, path) => kind == "syncdir" && IsLogs(path));
        yield return Skipping("log: a torn end is not cut off", (kind, path) => kind == "cut" && IsLog(path)) with { IsRare = true };
        yield return Skipping("identity: written without a sync", (kind, path) => kind == "sync" && IsIdentity(path));
        yield return Skipping("identity: its directory is not synced", (kind, path) => kind == "syncdir" && path == World.Life.Data);
        yield return new SimulationMutant("lock: held by another, given all the same")
        {
            Files = new FilesMutant { ForgetsLocks = true },
        };
    }

    private static IEnumerable<SimulationMutant> Records()
    {
        yield return Logging("log: acknowledged before the sync, which comes with the next", log =>
        {
            int calls = 0;
            return new SpoiledLog(log) { Syncs = () => ++calls % 2 == 0 };
        });
        yield return Logging("log: a definition's record is not synced", log =>
        {
            bool defines = false;
            return new SpoiledLog(log)
            {
                Appends = record =>
                {
                    defines = record.Definition is not null;
                    return true;
                },
                Syncs = () => !defines,
            };
        });
        yield return Logging("log: the record of a DROP is lost", log => new SpoiledLog(log)
        {
            Appends = record => record.Definition?.Text.StartsWith("DROP", StringComparison.OrdinalIgnoreCase) != true,
        });
        yield return Logging("log: one definition in eight is lost", log =>
        {
            int definitions = 0;
            return new SpoiledLog(log) { Appends = record => record.Definition is null || ++definitions % 8 != 0 };
        });
        yield return Logging("log: rows of error relations are lost", log => new SpoiledLog(log)
        {
            Appends = record =>
            {
                record.Writes.RemoveAll(w => record.Advances.Count > 0 && w.Delta.ColumnCount >= RejectedRows.Columns.Count
                    && w.Delta[3].Type == RejectedRows.Columns[3].Type);
                return true;
            },
        });
        yield return Logging("log: positions of sources one on", log => new SpoiledLog(log) { Appends = record => Moved(record, 1) });
        yield return Logging("log: positions of sources one back", log => new SpoiledLog(log) { Appends = record => Moved(record, -1) });
        var split = Logging("log: a tick's writes are a record each", log => new SpoiledLog(log) { Splits = true });
        yield return split with { IsRare = true };
    }

    private static IEnumerable<SimulationMutant> Replay()
    {
        yield return Replaying("replay: one record in thirty twice", () => new SpoiledDurability { Selects = Twice });
        yield return Replaying("replay: one record in thirty left out", () => new SpoiledDurability
        {
            Selects = records => records.Where(r => r.Number % 30 != 0),
        });
        yield return Replaying("replay: begins one record late", () => new SpoiledDurability { Selects = records => records.Skip(1) });
        yield return Replaying("replay: ends one record early", () => new SpoiledDurability { Selects = WithoutLast });
        yield return Replaying("replay: now() is not the record's", () => new SpoiledDurability
        {
            Changes = record => record.NowMicros += 1_000,
        });
        yield return Replaying("replay: the last row of a read is left out", () => new SpoiledDurability
        {
            Changes = record => Shorten(record, 1),
        });
        yield return Replaying("replay: the last row of a read comes a tick late", () =>
        {
            var waiting = new Dictionary<(int, string), int>();
            return new SpoiledDurability { Changes = record => Delay(record, waiting) };
        });
        yield return Replaying("replay: the last of several writes is left out", () => new SpoiledDurability
        {
            ChangesWrites = record =>
            {
                if (record.Writes.Count > 1)
                {
                    record.Writes.RemoveAt(record.Writes.Count - 1);
                }
            },
        });
        yield return Replaying("replay: ids of rows are not noted", () => new SpoiledDurability { ForgetsRowIds = true });
    }

    private static bool IsIdentity(string path) => path.Contains("database.json", StringComparison.Ordinal);

    private static bool IsLogs(string path) => path.EndsWith("/log", StringComparison.Ordinal);

    private static bool IsLog(string path) => path.EndsWith(".log", StringComparison.Ordinal);

    private static SimulationMutant Skipping(string name, Func<string, string, bool> skips) =>
        new(name) { Files = new FilesMutant { Skips = skips } };

    private static SimulationMutant Logging(string name, Func<ITickLog, ITickLog> wraps) =>
        new(name) { Durability = () => new SpoiledDurability { Wraps = wraps } };

    private static SimulationMutant Replaying(string name, Func<DurabilityHook> hook) => new(name) { Durability = hook };

    private static bool Moved(TickRecord record, int by)
    {
        for (int i = 0; i < record.Advances.Count; i++)
        {
            record.Advances[i] = record.Advances[i] with { Position = record.Advances[i].Position + by };
        }

        return true;
    }

    private static void Shorten(TickRecord record, int by)
    {
        for (int i = 0; i < record.Advances.Count; i++)
        {
            record.Advances[i] = record.Advances[i] with { RowCount = Math.Max(record.Advances[i].RowCount - by, 0) };
        }
    }

    /// <summary>Of every read one row waits for the split's next.</summary>
    private static void Delay(TickRecord record, Dictionary<(int, string), int> waiting)
    {
        for (int i = 0; i < record.Advances.Count; i++)
        {
            var advance = record.Advances[i];
            int due = advance.RowCount + waiting.GetValueOrDefault((advance.SourceId, advance.Split));
            int held = Math.Min(due, 1);
            waiting[(advance.SourceId, advance.Split)] = held;
            record.Advances[i] = advance with { RowCount = due - held };
        }
    }

    private static IEnumerable<LogRecord> Twice(IEnumerable<LogRecord> records)
    {
        foreach (var record in records)
        {
            yield return record;
            if (record.Number % 30 == 0)
            {
                yield return record;
            }
        }
    }

    private static IEnumerable<LogRecord> WithoutLast(IEnumerable<LogRecord> records)
    {
        LogRecord? held = null;
        foreach (var record in records)
        {
            if (held is { } before)
            {
                yield return before;
            }

            held = new LogRecord(record.Number, record.Payload.ToArray());
        }
    }
}
