using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>Takes the errors of single rows (class 22, data exceptions): such a row's expression is NULL. Any thread.</summary>
public interface IRowErrors
{
    /// <summary>An expression failed over one row.</summary>
    void Report(SqlException error);
}
