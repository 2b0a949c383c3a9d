using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Session;

/// <summary>Turns what a statement threw into the error its client sees.</summary>
internal static class ErrorReport
{
    /// <summary>True for an error that is a bug of ours and must be told to the operator, too.</summary>
    public static bool IsInternal(SqlException error) => error.SqlState == SqlState.InternalError;

    public static SqlException From(Exception thrown) => thrown switch
    {
        SqlException error => error,
        FatalException fatal => fatal.Error,
        AggregateException { InnerExceptions.Count: 1 } aggregate => From(aggregate.InnerExceptions[0]),
        OutOfMemoryException => new SqlException(SqlState.OutOfMemory, "out of memory"),
        InsufficientExecutionStackException => new SqlException(SqlState.StatementTooComplex, "stack depth limit exceeded"),
        _ => new SqlException(SqlState.InternalError, $"internal error: {thrown.GetType().Name}: {thrown.Message}"),
    };
}
