using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>Builds the maps of a result row by row from entries in any order; gives its builders back when disposed.</summary>
internal ref struct MapWriter
{
    private readonly EvaluationContext _context;
    private readonly PackedBuilder _entries;
    private TextSink _sink;
    private TextSink _map;

    internal MapWriter(EvaluationContext context)
    {
        _context = context;
        _entries = PackedBuilder.Rent();
        Entry = PackedBuilder.Rent();
        _sink = new TextSink(256);
        _map = new TextSink(256);
    }

    /// <summary>Takes a key and a value; then <see cref="EndEntry"/>.</summary>
    internal PackedBuilder Entry { get; }

    internal void EndEntry()
    {
        _sink.Clear();
        Entry.WriteStruct(ref _sink);
        _entries.AppendBytes(_sink.Written);
    }

    internal readonly void Append(scoped PackedList entries, int index) => _entries.AppendFrom(entries, index);

    internal readonly void AppendAll(scoped PackedList entries) => AppendBut(entries, -1);

    internal readonly void AppendBut(scoped PackedList entries, int skipped)
    {
        for (int i = 0; i < entries.Count; i++)
        {
            if (i != skipped)
            {
                _entries.AppendFrom(entries, i);
            }
        }
    }

    internal void Put(ref Vector result, int row)
    {
        _sink.Clear();
        _map.Clear();
        _entries.WriteList(ref _sink);
        if (PackedMap.FromEntries(result.Type, _sink.Written, ref _map) != ValueStatus.Ok)
        {
            throw new SqlException(SqlState.InvalidParameterValue, "map keys must be unique and not NULL");
        }

        result.Views[row] = _context.Arena.AddString(_map.Written);
    }

    internal void Dispose()
    {
        _sink.Dispose();
        _map.Dispose();
        PackedBuilder.Return(_entries);
        PackedBuilder.Return(Entry);
    }
}
