namespace Vectorized.Engine.Operators;

/// <summary>What an operator has done. Written by its part's thread, read approximately by others.</summary>
internal sealed class OperatorCounters
{
    public long RowsIn;
    public long RowsOut;

    /// <summary>Own time, that of the operators downstream not counted, while <see cref="OperatorContext.Timing"/> was set.</summary>
    public long BusyNanos;

    /// <summary>Rows and bytes of state held now; zero for stateless operators.</summary>
    public long StateRows;
    public long StateBytes;
}

/// <summary>Rows (or groups) an operator keeps, and the native memory they take.</summary>
internal readonly record struct StateSize(long Rows, long Bytes);
