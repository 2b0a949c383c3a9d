using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// array_transform and map_filter: the elements of all rows become the rows of one batch, beside the columns the body
/// reads, repeated for each element; the body runs over it once, and its results are packed again row by row.
/// </summary>
internal sealed class LambdaStep : EvaluationStep
{
    private readonly EvaluationStep _argument;
    private readonly LambdaFunction _function;
    private readonly CompiledProjection _body;
    private readonly int[] _columns;
    private readonly SqlType[] _variables;
    private readonly Batch _input = new();
    private readonly Batch _output = new();

    internal LambdaStep(LambdaExpression lambda, EvaluationStep argument) : base(lambda.Type)
    {
        _argument = argument;
        _function = lambda.Function;
        _columns = [.. ExpressionTree.Columns(lambda.Body).Order()];
        _variables = [.. lambda.Variables.Select(v => v.Type)];
        _body = CompiledProjection.Compile([Placed(lambda.Body, lambda.Variables)]);
    }

    internal override bool CanFail => true;

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        Vector argument = default;
        _argument.Evaluate(context, batch, ref argument);
        argument = TakeKernel.Flatten(argument, context.Arena);
        int rowCount = batch.RowCount;
        var active = context.Active;
        int count = CountElements(in argument, active, rowCount);
        var rows = context.Arena.Allocate<int>(count);
        Spread(context, in argument, active, rowCount, rows);
        for (int i = 0; i < _columns.Length; i++)
        {
            _input[i] = TakeKernel.Take(batch[_columns[i]], rows, context.Arena);
        }

        _output.Reset(count, 1);
        if (count > 0)
        {
            context.Active = default;
            _body.Evaluate(context, _input, _output);
            context.Active = active;
        }

        result = Vector.Allocate(context.Arena, Type, rowCount);
        result.AddValidity(context.Arena);
        Pack(context, in argument, active, rowCount, ref result);
    }

    /// <summary>The body over the batch of elements: columns first, in order, then the variables.</summary>
    private ScalarExpression Placed(ScalarExpression body, IReadOnlyList<LambdaVariable> variables)
    {
        ScalarExpression Place(ScalarExpression e)
        {
            switch (e)
            {
                case ColumnExpression column:
                    return new ColumnExpression(Array.IndexOf(_columns, column.Index), column.Type);
                case LambdaVariable variable:
                    for (int i = 0; i < variables.Count; i++)
                    {
                        if (variables[i].Id == variable.Id)
                        {
                            return new ColumnExpression(_columns.Length + i, variable.Type);
                        }
                    }

                    return variable;
                default:
                    return ExpressionTree.MapChildren(e, Place);
            }
        }

        return Place(body);
    }

    private PackedList Elements(in Vector argument, int row) => _function == LambdaFunction.MapFilter
        ? PackedMap.Entries(argument.Type, argument.Bytes(row)) : new PackedList(argument.Type.Element!, argument.Bytes(row));

    private int CountElements(in Vector argument, RowMask active, int rowCount)
    {
        int count = 0;
        foreach (int row in active.Rows(rowCount))
        {
            count += argument.IsValid(row) ? Elements(in argument, row).Count : 0;
        }

        return count;
    }

    /// <summary>Fills the variables' columns, and the row each element comes from.</summary>
    private void Spread(EvaluationContext context, in Vector argument, RowMask active, int rowCount, Span<int> rows)
    {
        var columns = new VectorBuilder[_variables.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = new VectorBuilder(context.Arena, _variables[i]);
        }

        int at = 0;
        foreach (int row in active.Rows(rowCount))
        {
            if (!argument.IsValid(row))
            {
                continue;
            }

            var list = Elements(in argument, row);
            for (int i = 0; i < list.Count; i++)
            {
                rows[at++] = row;
                if (_function == LambdaFunction.MapFilter)
                {
                    var entry = new PackedStruct(list.Element.Fields!, list.Bytes(i));
                    Append(columns[0], entry.IsNull(0), entry.Raw(0), entry.Bytes(0));
                    Append(columns[1], entry.IsNull(1), entry.Raw(1), entry.Bytes(1));
                }
                else
                {
                    Append(columns[0], list.IsNull(i), list.Raw(i), list.Bytes(i));
                }
            }
        }

        _input.Reset(at, _columns.Length + columns.Length);
        for (int i = 0; i < columns.Length; i++)
        {
            _input[_columns.Length + i] = columns[i].Build();
        }
    }

    private void Pack(EvaluationContext context, in Vector argument, RowMask active, int rowCount, ref Vector result)
    {
        var builder = PackedBuilder.Rent();
        var sink = new TextSink(256);
        int at = 0;
        foreach (int row in active.Rows(rowCount))
        {
            if (!argument.IsValid(row))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            var list = Elements(in argument, row);
            for (int i = 0; i < list.Count; i++, at++)
            {
                if (_function == LambdaFunction.ArrayTransform)
                {
                    builder.AppendFrom(in _output[0], at);
                }
                else if (_output[0].IsValid(at) && _output[0].Bit(at))
                {
                    builder.AppendFrom(list, i);
                }
            }

            if (_function == LambdaFunction.MapFilter && builder.Count == 0)
            {
                // As RisingWave has it: a map of which nothing is left is NULL.
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            sink.Clear();
            builder.WriteList(ref sink);
            result.Views[row] = context.Arena.AddString(sink.Written);
        }

        sink.Dispose();
        PackedBuilder.Return(builder);
    }

    private static void Append(VectorBuilder column, bool isNull, Int128 raw, ReadOnlySpan<byte> bytes)
    {
        if (isNull)
        {
            column.AppendNull();
            return;
        }

        switch (column.Type.Layout)
        {
            case Layout.Bit: column.AppendBit(raw != 0); break;
            case Layout.Fixed2: column.Append((short)raw); break;
            case Layout.Fixed4: column.Append((int)raw); break;
            case Layout.Fixed8: column.Append((long)raw); break;
            case Layout.Fixed16: column.Append(raw); break;
            default: column.AppendBytes(bytes); break;
        }
    }
}
