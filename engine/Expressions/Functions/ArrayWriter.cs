using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>Builds the lists of a result row by row with this thread's builder; gives it back when disposed.</summary>
internal ref struct ArrayWriter
{
    private readonly EvaluationContext _context;
    private TextSink _sink;

    internal ArrayWriter(EvaluationContext context)
    {
        _context = context;
        _sink = new TextSink(256);
        Builder = PackedBuilder.Rent();
    }

    internal PackedBuilder Builder { get; }

    internal readonly void AppendAll(scoped PackedList list)
    {
        for (int i = 0; i < list.Count; i++)
        {
            Builder.AppendFrom(list, i);
        }
    }

    /// <summary>Writes what was appended as a row's list and starts anew.</summary>
    internal void Put(ref Vector result, int row)
    {
        _sink.Clear();
        Builder.WriteList(ref _sink);
        result.Views[row] = _context.Arena.AddString(_sink.Written);
    }

    /// <summary>Writes what was appended as a row's row value and starts anew.</summary>
    internal void PutStruct(ref Vector result, int row)
    {
        _sink.Clear();
        Builder.WriteStruct(ref _sink);
        result.Views[row] = _context.Arena.AddString(_sink.Written);
    }

    internal void Dispose()
    {
        _sink.Dispose();
        PackedBuilder.Return(Builder);
    }
}
