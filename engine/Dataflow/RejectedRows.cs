using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>The rows of a source's `NAME$errors` relation: what was refused, where it stood, why, and its bytes.</summary>
internal static class RejectedRows
{
    internal static IReadOnlyList<(string Name, SqlType Type)> Columns { get; } =
    [
        ("split", SqlType.Varchar),
        ("offset", SqlType.Int64),
        ("reason", SqlType.Varchar),
        ("raw", SqlType.Bytea),
        ("rejected_at", SqlType.TimestampTz),
    ];

    internal static OwnedBatch Build(IReadOnlyList<RejectedRecord> records, long nowMicros)
    {
        var rows = new BatchBuilder([.. Columns.Select(c => c.Type)], records.Count);
        foreach (var record in records)
        {
            rows[0].AppendBytes(Encoding.UTF8.GetBytes(record.Split));
            rows[1].Append(record.Offset);
            rows[2].AppendBytes(Encoding.UTF8.GetBytes(record.Reason));
            rows[3].AppendBytes(record.Raw);
            rows[4].Append(nowMicros);
            rows.EndRow();
        }

        return rows.Build();
    }
}
