namespace Vectorized.Bench.Nexmark;

/// <summary>Results cannot be compared for want of DuckDB, or of node, which runs it.</summary>
internal sealed class DuckDbMissingException(string reason)
    : ArgumentException($"{reason} (tests/services/install.sh gets it; --no-check goes without)");
