using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// How often this thread entered the vector body of a kernel: tests assert that a fast path ran, and that it did not
/// when the CPU's vector units are switched off. Counted once a call, not once a row.
/// </summary>
internal static class KernelCounters
{
    [ThreadStatic]
    private static long _vectorCalls;

    internal static long VectorCalls => _vectorCalls;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void EnterVector() => _vectorCalls++;
}
