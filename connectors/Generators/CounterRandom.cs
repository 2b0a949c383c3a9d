using System.Runtime.CompilerServices;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// Randomness addressed by position: word j of event n is output number 8n + j of one SplitMix64 stream (Steele, Lea,
/// Flood 2014), so any event can be made without the ones before it. A word also serves as a fraction of 2^64 from
/// which several small choices are taken by <see cref="Take(ref ulong, uint)"/>.
/// </summary>
internal readonly struct CounterRandom(ulong origin)
{
    internal const int WordsPerEvent = 8;
    private const ulong Gamma = 0x9E3779B97F4A7C15UL;
    private const ulong EventStep = unchecked(WordsPerEvent * Gamma);

    private readonly ulong _origin = origin;

    internal static CounterRandom ForSeed(ulong seed) => new(Mix(seed + Gamma));

    /// <summary>The words of one event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal CounterRandom At(long eventNumber) => new(_origin + ((ulong)eventNumber * EventStep));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong Word(int index) => Mix(_origin + ((ulong)index * Gamma));

    /// <summary>
    /// The next choice in [0, bound): the integer part of fraction * bound; the fractional part stays for more choices.
    /// Each takes log2(bound) of the word's 64 bits, so a few small ones leave no bias worth naming.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Take(ref ulong fraction, uint bound) => (uint)Math.BigMul(fraction, bound, out fraction);

    /// <summary>As <see cref="Take(ref ulong, uint)"/> for bounds beyond 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Take(ref ulong fraction, long bound) => (long)Math.BigMul(fraction, (ulong)bound, out fraction);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
