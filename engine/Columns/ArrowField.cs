using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>
/// A field of an Arrow schema. A dictionary field's columns go out as codes and values. How SQL types stand in Arrow:
/// numeric(p,s) as Decimal128, unbounded numeric as its text (Utf8View), text and jsonb as Utf8View, bytea as BinaryView,
/// oid and reg* as uint32, date as Date32, time as Time64 us, timestamps as Timestamp us (with zone UTC), interval as
/// MonthDayNano, uuid as FixedSizeBinary(16), nested values in packed form as BinaryView. The SQL type itself
/// stands in the field's metadata under <see cref="TypeKey"/>, so that our own reader gets it back exactly.
/// </summary>
public readonly record struct ArrowField(string Name, SqlType Type, bool IsDictionary = false)
{
    public const string TypeKey = "vectorized.type";
}
