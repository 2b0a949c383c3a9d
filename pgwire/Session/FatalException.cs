using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Session;

/// <summary>An error that ends the connection: it is sent with severity FATAL, then the connection closes.</summary>
internal sealed class FatalException(SqlException error) : Exception(error.Message)
{
    public FatalException(string sqlState, string message, string? detail = null, string? hint = null)
        : this(new SqlException(sqlState, message, hint: hint, detail: detail))
    {
    }

    public SqlException Error { get; } = error;
}
