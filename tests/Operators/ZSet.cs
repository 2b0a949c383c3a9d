using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>One row of plain values, equal by value: what the naive references work on.</summary>
internal sealed class Row(params Datum[] values) : IEquatable<Row>
{
    internal Datum[] Values { get; } = values;

    internal Datum this[int column] => Values[column];

    internal Row Concat(Row other) => new([.. Values, .. other.Values]);

    internal Row Pick(IEnumerable<int> columns) => new([.. columns.Select(c => Values[c])]);

    public bool Equals(Row? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values);

    public override bool Equals(object? obj) => Equals(obj as Row);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in Values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => "(" + string.Join(", ", Values.Select(v => v.IsNull ? "NULL" : Show(v))) + ")";

    private static string Show(Datum value) => value.Type.Layout switch
    {
        Layout.View => $"'{Encoding.UTF8.GetString(value.AsSpan)}'",
        _ when value.Type.NumericForm == NumericForm.Free => FreeNumeric.FromBits(value.Raw).ToString(),
        Layout.Bit => value.AsBoolean ? "true" : "false",
        _ when value.Type.Id == TypeId.Float64 => value.AsFloat64.ToString("R"),
        _ => value.Raw.ToString(),
    };
}

/// <summary>A multiset of rows with weights, zero ones absent: the meaning of a stream of deltas.</summary>
internal sealed class ZSet : Dictionary<Row, long>
{
    internal void Add(ZSet other, long factor = 1)
    {
        foreach (var (row, weight) in other)
        {
            Change(row, weight * factor);
        }
    }

    internal void Change(Row row, long weight)
    {
        long sum = (TryGetValue(row, out long old) ? old : 0) + weight;
        if (sum == 0)
        {
            Remove(row);
        }
        else
        {
            this[row] = sum;
        }
    }

    internal void Change(Batch batch)
    {
        for (int i = 0; i < batch.RowCount; i++)
        {
            Change(Rows.Of(batch, i), batch.Weight(i));
        }
    }

    internal ZSet Copy()
    {
        var copy = new ZSet();
        copy.Add(this);
        return copy;
    }

    /// <summary>Each row as often as its weight says.</summary>
    internal IEnumerable<Row> Expanded() => this.SelectMany(p => Enumerable.Repeat(p.Key, checked((int)p.Value)));

    internal bool SameAs(ZSet other) => Count == other.Count && this.All(p => other.TryGetValue(p.Key, out long w) && w == p.Value);

    internal string Difference(ZSet expected)
    {
        var difference = Copy();
        difference.Add(expected, -1);
        return string.Join("; ", difference.Take(12).Select(p => $"{p.Key} {p.Value:+0;-0}"));
    }
}

/// <summary>Between plain rows and batches.</summary>
internal static class Rows
{
    internal static Row Of(Batch batch, int row)
    {
        var values = new Datum[batch.ColumnCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Datum.FromVector(batch[i], row);
        }

        return new Row(values);
    }

    internal static OwnedBatch ToBatch(IReadOnlyList<SqlType> types, IEnumerable<(Row Row, long Weight)> rows)
    {
        var builder = new BatchBuilder(types);
        foreach (var (row, weight) in rows)
        {
            for (int i = 0; i < types.Count; i++)
            {
                row[i].AppendTo(builder[i]);
            }

            builder.EndRow(weight);
        }

        return builder.Build();
    }

    /// <summary>Builds a row from plain objects: null, bool, int, long, double, string.</summary>
    internal static Row New(IReadOnlyList<SqlType> types, params object?[] values)
    {
        var row = new Datum[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            row[i] = values[i] switch
            {
                null => Datum.Null(types[i]),
                bool b => Datum.OfBoolean(b),
                double d => Datum.OfFloat64(d),
                string s => Datum.OfText(types[i], s),
                Datum d => d,
                var number => Datum.OfRaw(types[i], Convert.ToInt64(number)),
            };
        }

        return new Row(row);
    }
}
