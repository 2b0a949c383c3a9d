namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>What the lane does not know of and a checkpoint needs: the database. Main lane, between ticks.</summary>
internal interface ICheckpointed
{
    /// <summary>Adds row ids, row errors.</summary>
    void Describe(CheckpointRoot root);

    /// <summary>The catalog, plans included, as of now, and a number that differs when it does.</summary>
    (long Version, byte[] Text) Catalog();

    /// <summary>The catalog's number alone.</summary>
    long CatalogVersion { get; }
}
