using System.Security.Cryptography;

namespace Vectorized.Fuzz;

/// <summary>Seeds for runs that were given none.</summary>
internal static class Seeds
{
    internal static long Fresh() => RandomNumberGenerator.GetInt32(1, int.MaxValue);
}
