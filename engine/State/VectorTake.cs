using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>Rows of a vector by number, without copying values: a dictionary over the same values.</summary>
internal static unsafe class VectorTake
{
    internal static Vector Rows(in Vector source, Span<int> rows, Arena arena)
    {
        var codes = rows;
        if (source.Encoding == VectorEncoding.Dictionary)
        {
            codes = arena.Allocate<int>(rows.Length);
            for (int i = 0; i < rows.Length; i++)
            {
                codes[i] = source.Codes[rows[i]];
            }
        }

        var taken = source.WithCodes(codes, rows.Length);
        if (source.MayHaveNulls)
        {
            var validity = taken.AddValidity(arena);
            for (int i = 0; i < rows.Length; i++)
            {
                if (!source.IsValid(rows[i]))
                {
                    Bitmap.Clear(validity, i);
                }
            }
        }

        return taken;
    }
}
