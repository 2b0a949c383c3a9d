using Vectorized.Engine.State.Checkpoints;

namespace Vectorized.Engine.State;

/// <summary>
/// While its rows are still in a checkpoint's runs: nothing may be read or written here, and every way in says so, whoever forgot to
/// wait. A key's row can be found in the runs meanwhile (<see cref="StoredRows"/>).
/// </summary>
internal sealed partial class Arrangement
{
    private volatile StoredRows? _stored;

    /// <summary>Where the rows still are; null: here. Read by anyone: what was loaded is seen by who sees null.</summary>
    internal StoredRows? Stored => _stored;

    /// <summary>What the runs' directories find rows by; null: they have none.</summary>
    internal DirectoryKey? DirectoryKey =>
        Spec.IsLookedUp && _keyIndex is not null && !IsBag ? new DirectoryKey(_keyColumns, Spec.HashSeed) : null;

    /// <summary>Its rows are loaded later. While it is new.</summary>
    internal void Defer(StoredRows rows) => _stored = rows;

    private void EndDeferral()
    {
        var stored = _stored;
        _stored = null;
        stored?.Close();
    }

    private void RequireLoaded()
    {
        if (_stored is not null)
        {
            throw Broken("its rows are not loaded yet");
        }
    }
}
