namespace Vectorized.Engine.Sql;

/// <summary>Syntax tree to canonical SQL.</summary>
public static class Deparser
{
    public static string Deparse(SyntaxNode node) =>
        throw new Types.SqlException(Types.SqlState.FeatureNotSupported, $"deparsing {node.GetType().Name} has not landed yet");
}
