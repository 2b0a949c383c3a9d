using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>How a kernel wants to be called.</summary>
internal readonly record struct CallTraits(bool Strict, bool NullFree, bool CanFail, bool IsVolatile);

/// <summary>
/// Applies a kernel to the results of other steps. Does what kernels need not know of: NULL in, NULL out by bitmap AND;
/// constants stay constants (one call with one row); a function of one dictionary runs once a distinct value.
/// </summary>
internal sealed class CallStep(ScalarKernel kernel, CallTraits traits, EvaluationStep[] arguments, SqlType type) : EvaluationStep(type)
{
    private readonly Vector[] _vectors = new Vector[arguments.Length];
    private readonly bool _overDictionaries = traits is { Strict: true, NullFree: true, IsVolatile: false };

    internal override bool CanFail { get; } = traits.CanFail || Array.Exists(arguments, a => a.CanFail);

    internal override void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        int dictionaries = 0;
        int varying = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            ref var vector = ref _vectors[i];
            arguments[i].Evaluate(context, batch, ref vector);
            if (vector.Encoding != VectorEncoding.Constant)
            {
                varying++;
                dictionaries += vector.Encoding == VectorEncoding.Dictionary ? 1 : 0;
            }
            else if (traits.Strict && !vector.IsValid(0))
            {
                result = Datum.Null(Type).ToConstant(context.Arena, batch.RowCount);
                return;
            }
        }

        if (varying == 0 && !traits.IsVolatile)
        {
            OnConstants(context, batch.RowCount, ref result);
        }
        else if (dictionaries != 1 || varying != 1 || !_overDictionaries || !TryOnDictionary(context, batch.RowCount, ref result))
        {
            OnRows(context, batch.RowCount, ref result);
        }
    }

    private void OnRows(EvaluationContext context, int rowCount, ref Vector result)
    {
        var arena = context.Arena;
        for (int i = 0; i < _vectors.Length; i++)
        {
            if (_vectors[i].Encoding == VectorEncoding.Dictionary)
            {
                _vectors[i] = TakeKernel.Flatten(_vectors[i], arena);
            }
        }

        result = Vector.Allocate(arena, Type, rowCount);
        if (!traits.Strict)
        {
            kernel(context, _vectors, rowCount, ref result);
            return;
        }

        BitmapKernel.MergeValidity(_vectors, rowCount, arena, ref result);
        var merged = result;
        if (!traits.NullFree)
        {
            // The kernel adds nulls of its own: into a copy, for the bitmap may be an argument's.
            result.AddValidity(arena);
            if (merged.MayHaveNulls)
            {
                merged.Validity.CopyTo(result.Validity);
            }
        }

        Call(context, merged, rowCount, ref result);
        if (traits.NullFree)
        {
            result.ShareValidity(merged);
        }
    }

    /// <summary>Calls the kernel with the rows active that were, less those of a NULL argument.</summary>
    private void Call(EvaluationContext context, in Vector merged, int rowCount, ref Vector result)
    {
        var outer = context.Active;
        if (merged.MayHaveNulls)
        {
            context.Active = BitmapKernel.Intersect(outer, BitmapKernel.ValidRows(merged), rowCount, context.Arena);
        }

        kernel(context, _vectors, rowCount, ref result);
        context.Active = outer;
    }

    private void OnConstants(EvaluationContext context, int rowCount, ref Vector result)
    {
        for (int i = 0; i < _vectors.Length; i++)
        {
            _vectors[i].Length = 1;
        }

        result = Vector.Allocate(context.Arena, Type, 1);
        if (!traits.NullFree)
        {
            result.AddValidity(context.Arena);
        }

        var outer = context.Active;
        context.Active = default;
        kernel(context, _vectors, 1, ref result);
        context.Active = outer;

        result = TakeKernel.Flatten(result, context.Arena);
        result.Encoding = VectorEncoding.Constant;
        result.Length = rowCount;
    }

    /// <summary>One call over the distinct values, those of active rows being the active ones; the codes carry over.</summary>
    private bool TryOnDictionary(EvaluationContext context, int rowCount, ref Vector result)
    {
        int at = Array.FindIndex(_vectors, v => v.Encoding == VectorEncoding.Dictionary);
        var dictionary = _vectors[at];
        int distinct = dictionary.DictionaryLength;
        if (distinct > rowCount)
        {
            return false;
        }

        var outer = context.Active;

        // What stands in the dictionary for NULL is no value: no kernel need take it (fuzz views --seed 5009104).
        if (traits.CanFail || dictionary.MayHaveNulls || distinct * 2 > rowCount)
        {
            var present = BitmapKernel.Intersect(outer, BitmapKernel.ValidRows(dictionary), rowCount, context.Arena);
            context.Active = DictionaryKernel.UsedValues(dictionary, present, rowCount, context.Arena);
        }
        else
        {
            context.Active = default;
        }

        _vectors[at] = dictionary.AsValues();
        var values = Vector.Allocate(context.Arena, Type, distinct);
        kernel(context, _vectors, distinct, ref values);
        context.Active = outer;
        result = DictionaryKernel.Recode(values, dictionary);
        return true;
    }
}
