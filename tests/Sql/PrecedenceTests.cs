using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Sql;

/// <summary>
/// How operators bind, against PostgreSQL 15. golden/operators.tsv: random chains of operators, what PostgreSQL made of
/// them with operators that write their operands down. golden/predicates.tsv: random chains of boolean operators, as
/// pg_get_viewdef showed them. A line that starts with ! in the second column is the error it gave.
/// </summary>
public sealed class PrecedenceTests
{
    private static string Shape(Expression expression) => expression switch
    {
        ColumnReference column => column.Name,
        CastExpression cast => Shape(cast.Operand),
        UnaryExpression unary => $"({unary.Operator.Symbol} {Shape(unary.Operand)})",
        BinaryExpression binary => $"({Shape(binary.Left)} {binary.Operator.Symbol} {Shape(binary.Right)})",
        LikeExpression like => $"({Shape(like.Operand)} ~~ {Shape(like.Pattern)})",
        AtTimeZoneExpression zone => $"({Shape(zone.Operand)} AT {Shape(zone.Zone)})",
        NotExpression not => $"(NOT {Shape(not.Operand)})",
        LogicalExpression logical =>
            "(" + string.Join(logical.Operator == LogicalOperator.And ? " AND " : " OR ", logical.Operands.Select(Shape)) + ")",
        IsExpression test =>
            $"({Shape(test.Operand)} IS {(test.Negated ? "NOT " : "")}{test.Test.ToString().ToUpperInvariant()})",
        IsDistinctExpression { Negated: true } distinct =>
            $"(NOT ({Shape(distinct.Left)} IS DISTINCT FROM {Shape(distinct.Right)}))",
        IsDistinctExpression distinct => $"({Shape(distinct.Left)} IS DISTINCT FROM {Shape(distinct.Right)})",
        InListExpression list => "(" + string.Join(
            list.Negated ? " AND " : " OR ",
            list.Items.Select(i => $"({Shape(list.Operand)} {(list.Negated ? "<>" : "=")} {Shape(i)})")) + ")",
        BetweenExpression { Negated: true } between =>
            $"(({Shape(between.Operand)} < {Shape(between.Low)}) OR ({Shape(between.Operand)} > {Shape(between.High)}))",
        BetweenExpression between =>
            $"(({Shape(between.Operand)} >= {Shape(between.Low)}) AND ({Shape(between.Operand)} <= {Shape(between.High)}))",
        QuantifiedArray any => $"({Shape(any.Left)} = ANY ({Shape(any.Array)}))",
        ArrayExpression array => $"ARRAY[{string.Join(", ", array.Elements.Select(Shape))}]",
        _ => throw new InvalidOperationException(expression.GetType().Name),
    };

    private static void Check(string file)
    {
        foreach (string[] line in SqlText.Golden(file))
        {
            string shape;
            try
            {
                Expression expression = SqlParser.ParseExpression(line[0]);
                shape = Shape(expression);
                Assert.Equal(expression, SqlParser.ParseExpression(expression.ToString()));
            }
            catch (SqlException error)
            {
                shape = "! " + error.Message;
            }

            Assert.True(shape == line[1], $"{line[0]}\nPostgreSQL: {line[1]}\nhere:       {shape}");
        }
    }

    [Fact]
    public void Operators_InRandomChains_BindAsInPostgres() => Check("operators.tsv");

    [Fact]
    public void Predicates_InRandomChains_BindAsInPostgres() => Check("predicates.tsv");

    [Theory]
    [InlineData("- 2 ^ 2", "((- 2) ^ 2)")]
    [InlineData("-a::int", "(- a)")]
    [InlineData("a + b * c ^ d", "(a + (b * (c ^ d)))")]
    [InlineData("a || b + c", "(a || (b + c))")]
    [InlineData("not a = b", "(NOT (a = b))")]
    [InlineData("a = b is null", "((a = b) IS NULL)")]
    [InlineData("a and b or c and d", "((a AND b) OR (c AND d))")]
    [InlineData("a like b || c", "(a ~~ (b || c))")]
    [InlineData("a operator(pg_catalog.+) b * c", "(a + (b * c))")]
    [InlineData("a + b operator(pg_catalog.*) c", "((a + b) * c)")]
    public void Operators_WellKnownCases_Bind(string sql, string expected) =>
        Assert.Equal(expected, ShapeWithNumbers(sql));

    private static string ShapeWithNumbers(string sql) =>
        Shape(SqlParser.ParseExpression(sql.Replace("2", "n", StringComparison.Ordinal))).Replace("n", "2", StringComparison.Ordinal);
}
