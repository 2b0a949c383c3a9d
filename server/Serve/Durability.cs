namespace Vectorized.Server.Serve;

/// <summary>What an acknowledged write survives.</summary>
internal enum Durability
{
    /// <summary>Loss of power: synced to the data directory.</summary>
    Local,

    /// <summary>Loss of the machine: on the object store.</summary>
    Store,
}
