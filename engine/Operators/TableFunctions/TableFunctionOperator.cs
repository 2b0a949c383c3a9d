using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.TableFunctions;

/// <summary>
/// Joins each input row to the rows a set-returning function makes of it: d(A, f(A)) = dA, f(dA). A function without input has
/// the relation of one row without columns for one. Appends the function's column, and an ordinal from 1 if asked for;
/// weights pass through; a NULL argument makes no rows. Stateless; output leaves in vectors whatever a row yields.
/// </summary>
internal sealed class TableFunctionOperator : Operator
{
    private readonly CompiledProjection _arguments;
    private readonly int _argumentCount;
    private readonly bool _withOrdinality;
    private readonly SqlType _type;
    private readonly SetFunction _function;
    private readonly Batch _values = new();

    internal TableFunctionOperator(OperatorContext context, TableFunctionNode node) : base(context, 1)
    {
        _arguments = CompiledProjection.Compile(node.Arguments);
        _argumentCount = node.Arguments.Count;
        int produced = node.Columns.Count - (node.Input?.Columns.Count ?? 0);
        _withOrdinality = produced > 1;
        _type = node.Columns[node.Input?.Columns.Count ?? 0].Type;
        _function = SetFunction.Create(node.Function, _type, context);
        Name = node.Function;
    }

    private string Name { get; }

    public override string Form => Name;

    public override void Push(int input, Batch batch)
    {
        _values.Reset(batch.RowCount, _argumentCount);
        _arguments.Evaluate(Context.Evaluation, batch, _values);
        var writer = new Writer(this, batch);
        for (int row = 0; row < batch.RowCount; row++)
        {
            if (!AnyNull(row))
            {
                _function.Start(_values, row);
                long ordinal = 0;
                while (_function.MoveNext())
                {
                    writer.Add(row, ++ordinal);
                }
            }
        }

        writer.Flush();
    }

    private bool AnyNull(int row)
    {
        for (int i = 0; i < _argumentCount; i++)
        {
            if (!_values[i].IsValid(row))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Collects a vector of output rows and emits it.</summary>
    private ref struct Writer(TableFunctionOperator owner, Batch batch)
    {
        private readonly OperatorContext.VectorMark _mark = owner.Context.Mark();
        private Span<int> _rows;
        private Span<long> _ordinals;
        private VectorBuilder? _column;
        private int _count;

        internal void Add(int row, long ordinal)
        {
            if (_column is null)
            {
                var scratch = owner.Context.Scratch;
                _rows = scratch.Allocate<int>(Batch.RowsMax);
                _ordinals = scratch.Allocate<long>(Batch.RowsMax);
                _column = new VectorBuilder(scratch, owner._type, 256);
            }

            _rows[_count] = row;
            _ordinals[_count++] = ordinal;
            owner._function.Append(_column);
            if (_count == Batch.RowsMax)
            {
                Flush();
            }
        }

        internal void Flush()
        {
            if (_count == 0)
            {
                return;
            }

            var context = owner.Context;
            context.Cancellation.ThrowIfCancellationRequested();
            var rows = _rows[.._count];
            int columns = batch.ColumnCount;
            var output = context.Batches.Take(_count, columns + (owner._withOrdinality ? 2 : 1));
            LateTake.Columns(batch, rows, context, output);
            output[columns] = _column!.Build();
            if (owner._withOrdinality)
            {
                output[columns + 1] = Vector.Allocate(context.Scratch, SqlType.Int64, _count);
                _ordinals[.._count].CopyTo(output[columns + 1].Values<long>());
            }

            BatchTake.TakeExtras(batch, rows, context.Scratch, output);
            _column = null;
            _count = 0;
            owner.Emit(output);
            context.Recycle(_mark);
        }
    }
}
