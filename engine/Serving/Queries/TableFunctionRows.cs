using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>The rows of a table function over constant arguments: generate_series of integers and times.</summary>
internal static class TableFunctionRows
{
    private const long RowsMax = 100_000_000;

    internal static Batch Build(TableFunctionNode node, Batch arguments, Arena arena)
    {
        var type = node.Columns[0].Type;
        var values = new VectorBuilder(arena, type);
        if (!AnyNull(arguments))
        {
            switch (node.Function)
            {
                case "generate_series" when type.Id is TypeId.Int32 or TypeId.Int64:
                    Integers(arguments, values, inclusive: true);
                    break;
                case "range" when type.Id is TypeId.Int32 or TypeId.Int64:
                    Integers(arguments, values, inclusive: false);
                    break;
                default:
                    throw new SqlException(SqlState.FeatureNotSupported, $"not supported: table function {node.Function} of {type}");
            }
        }

        int columns = node.WithOrdinality ? 2 : 1;
        var batch = new Batch().Reset(values.Length, columns);
        batch[0] = values.Build();
        if (node.WithOrdinality)
        {
            var ordinals = Vector.Allocate(arena, SqlType.Int64, values.Length);
            for (int i = 0; i < values.Length; i++)
            {
                ordinals.Values<long>()[i] = i + 1;
            }

            batch[1] = ordinals;
        }

        return batch;
    }

    private static void Integers(Batch arguments, VectorBuilder values, bool inclusive)
    {
        long start = Integer(arguments, 0);
        long stop = Integer(arguments, 1);
        long step = arguments.ColumnCount > 2 ? Integer(arguments, 2) : 1;
        if (step == 0)
        {
            throw new SqlException(SqlState.InvalidParameterValue, "step size cannot equal zero");
        }

        for (Int128 at = start; step > 0 ? at < stop || (inclusive && at == stop) : at > stop || (inclusive && at == stop); at += step)
        {
            if (values.Length >= RowsMax)
            {
                throw new SqlException(SqlState.ProgramLimitExceeded, $"a table function may produce at most {RowsMax} rows");
            }

            if (values.Type.Id == TypeId.Int32)
            {
                values.Append((int)at);
            }
            else
            {
                values.Append((long)at);
            }
        }
    }

    private static long Integer(Batch arguments, int column) => arguments[column].Type.Layout == Layout.Fixed4
        ? arguments[column].Value<int>(0)
        : arguments[column].Value<long>(0);

    private static bool AnyNull(Batch arguments)
    {
        for (int i = 0; i < arguments.ColumnCount; i++)
        {
            if (!arguments[i].IsValid(0))
            {
                return true;
            }
        }

        return false;
    }
}
