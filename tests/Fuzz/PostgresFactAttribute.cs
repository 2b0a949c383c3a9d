namespace Vectorized.Tests.Fuzz;

/// <summary>A test that needs PostgreSQL 15's programs; skipped, with a message, where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = File.Exists("/usr/lib/postgresql/15/bin/initdb")
        ? null : "PostgreSQL 15 is not installed (tests/services/install.sh)";
}
