using Vectorized.Storage.Objects;

namespace Vectorized.Fuzz.Simulation.Store;

/// <summary>A bug planted between the engine and the object store.</summary>
internal sealed class ObjectsMutant
{
    /// <summary>The condition that a put is made on instead.</summary>
    internal Func<string, PutCondition, PutCondition> Conditions { get; init; } = static (_, condition) => condition;

    /// <summary>Puts (key and bytes) that are acknowledged and do not happen.</summary>
    internal Func<string, byte[], bool> Skips { get; init; } = static (_, _) => false;

    /// <summary>Objects that a deletion takes along: the deleted key and another one.</summary>
    internal Func<string, string, bool> TakesAlong { get; init; } = static (_, _) => false;

    /// <summary>A put whose answer is lost has happened.</summary>
    internal bool TakesSilenceForSuccess { get; init; }
}
