using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// x [NOT] IN (constants): a set made once. A match decides; without one the answer is NULL if the list holds a NULL.
/// </summary>
internal sealed class InListStep : EvaluationStep
{
    private readonly EvaluationStep _argument;
    private readonly ValueSet _set;
    private readonly bool _listHasNull;
    private readonly bool _negated;

    internal InListStep(EvaluationStep argument, IReadOnlyList<Datum> values, bool negated)
        : base(SqlType.Boolean)
    {
        _argument = argument;
        _negated = negated;
        _listHasNull = values.Any(v => v.IsNull);
        _set = ValueSet.Create(argument.Type, [.. values.Where(v => !v.IsNull)]);
    }

    internal override bool CanFail => _argument.CanFail;

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        Vector operand = default;
        _argument.Evaluate(context, batch, ref operand);
        int rowCount = batch.RowCount;
        var arena = context.Arena;
        if (operand.Encoding == VectorEncoding.Constant)
        {
            if (!operand.IsValid(0))
            {
                result = Datum.Null(SqlType.Boolean).ToConstant(arena, rowCount);
                return;
            }

            operand.Length = 1;
            operand = TakeKernel.Flatten(operand, arena);
            result = Test(operand, 1, arena);
            result.Encoding = VectorEncoding.Constant;
            result.Length = rowCount;
            return;
        }

        if (operand.Encoding == VectorEncoding.Dictionary && operand.DictionaryLength <= rowCount && !_listHasNull)
        {
            result = DictionaryKernel.Recode(Test(operand.AsValues(), operand.DictionaryLength, arena), operand);
            return;
        }

        result = Test(TakeKernel.Flatten(operand, arena), rowCount, arena);
    }

    private Vector Test(in Vector flat, int rowCount, Arena arena)
    {
        var found = Vector.Allocate(arena, SqlType.Boolean, rowCount);
        _set.Contains(flat, rowCount, found, arena);
        var result = _negated ? BooleanKernel.Not(found, rowCount, arena) : found;
        BitmapKernel.MergeValidity([flat], rowCount, arena, ref result);
        return _listHasNull ? BooleanKernel.NullUnless(result, found, rowCount, arena) : result;
    }
}
