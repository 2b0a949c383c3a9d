using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// What the running server knows of itself: sizes of relations (bytes of live state in memory, not of files) and the
/// database's identity. Ending another session's work is refused.
/// </summary>
internal static class ServerFunctions
{
    internal static void Register(FunctionFamily family)
    {
        Size(family, "pg_table_size", table: true, indexes: false);
        Size(family, "pg_indexes_size", table: false, indexes: true);
        Size(family, "pg_total_relation_size", table: true, indexes: true);
        Size(family, "pg_relation_size", table: true, indexes: false);
        family.Add("pg_relation_size", [SqlType.RegClass, SqlType.Varchar], SqlType.Int64, ForkSize, volatility: Volatility.Stable);
        family.Add("rw_cluster_id", [], SqlType.Varchar, ClusterId, canFail: false, volatility: Volatility.Stable);
        foreach (string name in new[] { "pg_cancel_backend", "pg_terminate_backend" })
        {
            family.Add(
                name, [SqlType.Int32], SqlType.Boolean,
                (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                {
                    foreach (int _ in c.Active.Rows(n))
                    {
                        throw new SqlException(
                            SqlState.FeatureNotSupported, $"{name} is not supported",
                            hint: "A client's cancel request ends its statement, closing its connection its session.");
                    }
                },
                volatility: Volatility.Volatile);
        }
    }

    private static void Size(FunctionFamily family, string name, bool table, bool indexes) => family.Add(
        name, [SqlType.RegClass], SqlType.Int64,
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            foreach (int row in c.Active.Rows(n))
            {
                r.Values<long>()[row] = SizeOf(c, a[0], row, table, indexes);
            }
        },
        canFail: false, volatility: Volatility.Stable);

    private static long SizeOf(EvaluationContext context, in Vector relations, int row, bool table, bool indexes)
    {
        var sizes = context.Session.RelationBytes?.Invoke((uint)relations.Value<int>(row)) ?? default;
        return (table ? sizes.Own : 0) + (indexes ? sizes.Indexes : 0);
    }

    /// <summary>There is one fork, the main one.</summary>
    private static void ForkSize(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var forks = new TextColumn(arguments[1]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            bool isMain = forks[row].SequenceEqual("main"u8);
            if (!isMain && !forks[row].SequenceEqual("fsm"u8) && !forks[row].SequenceEqual("vm"u8) && !forks[row].SequenceEqual("init"u8))
            {
                throw new SqlException(
                    SqlState.InvalidParameterValue, "invalid fork name",
                    hint: "Valid fork names are \"main\", \"fsm\", \"vm\", and \"init\".");
            }

            result.Values<long>()[row] = isMain ? SizeOf(context, arguments[0], row, table: true, indexes: false) : 0;
        }
    }

    private static void ClusterId(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var id = context.Arena.AddString(System.Text.Encoding.UTF8.GetBytes(context.Session.ClusterId.ToString("D")));
        foreach (int row in context.Active.Rows(rowCount))
        {
            result.Views[row] = id;
        }
    }
}
