using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Bench.Nexmark;

/// <summary>Rows of a result as comma-separated text, a bag's row as often as it stands.</summary>
internal static class ResultCsv
{
    internal static void Write(TextWriter file, Batch batch)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            var cells = new string[batch.ColumnCount];
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = batch[i].IsValid(row) ? TextFormat.ToText(Datum.FromVector(batch[i], row)) : "";
            }

            string line = string.Join(',', cells);
            for (long copy = 0; copy < batch.Weight(row); copy++)
            {
                file.WriteLine(line);
            }
        }
    }
}
