using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>
/// Columns and primary keys of TPC-H's tables (specification, clause 1.4): identifiers are int4, those of orders int8,
/// money and quantities numeric(15,2), texts varchar.
/// </summary>
public static class TpchSchema
{
    private static readonly SqlType _decimal = SqlType.NumericOf(15, 2);

    private static readonly (string Name, SqlType Type)[][] _columns =
    [
        Columns("r", ("regionkey", SqlType.Int32), ("name", SqlType.Varchar), ("comment", SqlType.Varchar)),
        Columns(
            "n", ("nationkey", SqlType.Int32), ("name", SqlType.Varchar), ("regionkey", SqlType.Int32), ("comment", SqlType.Varchar)),
        Columns(
            "s", ("suppkey", SqlType.Int32), ("name", SqlType.Varchar), ("address", SqlType.Varchar), ("nationkey", SqlType.Int32),
            ("phone", SqlType.Varchar), ("acctbal", _decimal), ("comment", SqlType.Varchar)),
        Columns(
            "p", ("partkey", SqlType.Int32), ("name", SqlType.Varchar), ("mfgr", SqlType.Varchar), ("brand", SqlType.Varchar),
            ("type", SqlType.Varchar), ("size", SqlType.Int32), ("container", SqlType.Varchar), ("retailprice", _decimal),
            ("comment", SqlType.Varchar)),
        Columns(
            "ps", ("partkey", SqlType.Int32), ("suppkey", SqlType.Int32), ("availqty", SqlType.Int32), ("supplycost", _decimal),
            ("comment", SqlType.Varchar)),
        Columns(
            "c", ("custkey", SqlType.Int32), ("name", SqlType.Varchar), ("address", SqlType.Varchar), ("nationkey", SqlType.Int32),
            ("phone", SqlType.Varchar), ("acctbal", _decimal), ("mktsegment", SqlType.Varchar), ("comment", SqlType.Varchar)),
        Columns(
            "o", ("orderkey", SqlType.Int64), ("custkey", SqlType.Int32), ("orderstatus", SqlType.Varchar), ("totalprice", _decimal),
            ("orderdate", SqlType.Date), ("orderpriority", SqlType.Varchar), ("clerk", SqlType.Varchar),
            ("shippriority", SqlType.Int32), ("comment", SqlType.Varchar)),
        Columns(
            "l", ("orderkey", SqlType.Int64), ("partkey", SqlType.Int32), ("suppkey", SqlType.Int32), ("linenumber", SqlType.Int32),
            ("quantity", _decimal), ("extendedprice", _decimal), ("discount", _decimal), ("tax", _decimal),
            ("returnflag", SqlType.Varchar), ("linestatus", SqlType.Varchar), ("shipdate", SqlType.Date), ("commitdate", SqlType.Date),
            ("receiptdate", SqlType.Date), ("shipinstruct", SqlType.Varchar), ("shipmode", SqlType.Varchar),
            ("comment", SqlType.Varchar)),
    ];

    private static readonly int[][] _keys = [[0], [0], [0], [0], [0, 1], [0], [0], [0, 3]];

    public static IReadOnlyList<(string Name, SqlType Type)> Of(TpchTable table) => _columns[(int)table];

    /// <summary>The places of the primary key's columns.</summary>
    public static IReadOnlyList<int> Key(TpchTable table) => _keys[(int)table];

    private static (string Name, SqlType Type)[] Columns(string prefix, params (string Name, SqlType Type)[] columns) =>
        Array.ConvertAll(columns, column => ($"{prefix}_{column.Name}", column.Type));
}
