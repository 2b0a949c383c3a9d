using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Formats;

/// <summary>Runs a decoder the way sources do and shows rows as text, NULL as null.</summary>
internal static class DecoderHarness
{
    internal static (string Name, SqlType Type)[] Columns(string declaration) =>
        [.. TypeNames.Parse($"struct<{declaration}>").Fields!.Items];

    /// <summary>The row of one record, or its reason under "!".</summary>
    internal static string?[] DecodeOne(IRecordDecoder decoder, (string Name, SqlType Type)[] columns, string record)
    {
        var builder = new BatchBuilder([.. columns.Select(c => c.Type)]);
        var targets = columns.Select((_, i) => builder[i]).ToArray();
        string? reason = decoder.Decode(Encoding.UTF8.GetBytes(record), targets);
        if (reason is not null)
        {
            builder.AbandonRow();
            using var empty = builder.Build();
            Assert.Equal(0, empty.Batch.RowCount);
            return ["!" + reason];
        }

        builder.EndRow();
        using var built = builder.Build();
        return Rows(built.Batch)[0];
    }

    internal static List<string?[]> Rows(Batch batch)
    {
        var rows = new List<string?[]>();
        for (int row = 0; row < batch.RowCount; row++)
        {
            string?[] values = new string?[batch.ColumnCount];
            for (int column = 0; column < values.Length; column++)
            {
                var datum = Datum.FromVector(batch[column], row);
                values[column] = datum.IsNull ? null : TextFormat.ToText(datum);
            }

            rows.Add(values);
        }

        return rows;
    }
}
