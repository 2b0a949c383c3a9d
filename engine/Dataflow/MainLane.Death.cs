using Vectorized.Engine.Types;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;

namespace Vectorized.Engine.Dataflow;

/// <summary>What the lane's death means, and what those are told who wait for it.</summary>
internal sealed partial class MainLane
{
    /// <summary>The log is on the object store: who takes over has what was acknowledged.</summary>
    internal bool LogsToStore { get; init; }

    /// <summary>What a client gets whose statement the lane's death has ended.</summary>
    internal static Exception Told(Exception death) => death switch
    {
        FencedException => new SqlException(SqlState.AdminShutdown, $"this server may write no more: {death.Message}"),
        StorageException => new SqlException(SqlState.IoError, $"what is written can no longer be made durable: {death.Message}"),
        _ => death,
    };

    /// <summary>
    /// The lane is about to die of it: nobody is told of the failure before this is known. Being fenced is said with what becomes of
    /// what was acknowledged.
    /// </summary>
    private Exception Dies(Exception cause) => Death ??= cause is FencedException fenced ? fenced.With(Acknowledged()) : cause;

    private string Acknowledged()
    {
        if (LogsToStore)
        {
            return "all that was acknowledged here is in the log on the store";
        }

        ulong covered = (ulong)(Checkpointer?.Facts.Read().LogNumber ?? 0);
        if (_log.Position <= covered)
        {
            return "all that was acknowledged here is in the last checkpoint";
        }

        return $"{_log.Position - covered} records of the log acknowledged here since the last checkpoint "
            + $"({covered + 1} to {_log.Position}) are in this server's data directory only";
    }
}
