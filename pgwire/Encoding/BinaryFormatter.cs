using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Encoding;

/// <summary>Any type's binary form, as PostgreSQL's send functions write it.</summary>
internal readonly struct BinaryFormatter : IFormatter
{
    public static void Append(in Vector column, int row, ColumnScratch scratch, ref TextSink sink) =>
        BinaryFormat.Append(in column, row, scratch.Session.Text, ref sink);
}
