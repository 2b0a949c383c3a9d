using Vectorized.Fuzz.Simulation.Store;
using Vectorized.Fuzz.Simulation.World;
using Vectorized.Storage.Objects;

namespace Vectorized.Fuzz.Simulation.Mutants;

/// <summary>Planted bugs of what stands on an object store: several servers after one another, answers that are lost.</summary>
internal static partial class SimulationMutantList
{
    private const int FenceBytesMax = 80;

    private static IEnumerable<SimulationMutant> Stores()
    {
        yield return Storing("store: the log is put on no condition", new ObjectsMutant
        {
            Conditions = (key, condition) => IsLogObject(key) ? PutCondition.None : condition,
        });
        yield return Storing("store: manifests are put on no condition", new ObjectsMutant
        {
            Conditions = (key, condition) => IsManifest(key) ? PutCondition.None : condition,
        });
        yield return Storing("store: the log gets no fence", new ObjectsMutant
        {
            Skips = (key, bytes) => IsLogObject(key) && bytes.Length < FenceBytesMax,
        });
        var fences = Storing("store: fences go with the log before them", new ObjectsMutant
        {
            TakesAlong = (key, other) => IsLogObject(key) && string.CompareOrdinal(other, key) < 0,
        });
        yield return fences with { IsRare = true };
        yield return Storing("store: no answer is taken for success", new ObjectsMutant { TakesSilenceForSuccess = true });
        yield return Storing("store: the log is cut one object too far", new ObjectsMutant
        {
            TakesAlong = (key, other) => IsLogObject(key) && Number(other) == Number(key) + 1,
        });
        yield return Storing("store: packs of the last checkpoint go with dead ones", new ObjectsMutant
        {
            TakesAlong = (key, _) => key.StartsWith("pack/", StringComparison.Ordinal),
        });
        int puts = 0;
        yield return Storing("store: one record of the log in thirty is acknowledged and not put", new ObjectsMutant
        {
            Skips = (key, bytes) => IsLogObject(key) && bytes.Length >= FenceBytesMax && ++puts % 30 == 0,
        });
        yield return new SimulationMutant("store: the log begins one record late")
        {
            Where = Placement.AllOnStore,
            Durability = () => new SpoiledDurability { Selects = records => records.Skip(1) },
        };
    }

    private static SimulationMutant Storing(string name, ObjectsMutant objects) =>
        new(name) { Where = Placement.AllOnStore, Objects = objects };

    private static bool IsLogObject(string key) => key.StartsWith("log/", StringComparison.Ordinal);

    private static bool IsManifest(string key) => key.StartsWith("manifest/", StringComparison.Ordinal);

    private static ulong Number(string key) => ulong.Parse(key.AsSpan(key.IndexOf('/', StringComparison.Ordinal) + 1),
        System.Globalization.CultureInfo.InvariantCulture);
}
