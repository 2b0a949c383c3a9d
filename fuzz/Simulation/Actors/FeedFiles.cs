using System.Text;
using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Fuzz.Simulation.Scheduling;
using Vectorized.Fuzz.Simulation.World;

namespace Vectorized.Fuzz.Simulation.Actors;

/// <summary>
/// Files that others write and the server reads: lines of JSON numbered from 1 within each file, some of them broken, some coming in two
/// pieces. What was written is on the device: no death of the server loses it.
/// </summary>
internal sealed class FeedFiles(Dice dice, int fileCount, int linesMax)
{
    private readonly List<bool>[] _lines = [.. Enumerable.Range(0, fileCount).Select(_ => new List<bool>())];
    private readonly string[] _rest = [.. Enumerable.Repeat("", fileCount)];

    internal int FileCount => fileCount;

    internal bool IsComplete => _lines.All(f => f.Count >= linesMax) && _rest.All(r => r.Length == 0);

    /// <summary>Of each line that has begun whether it is good.</summary>
    internal IReadOnlyList<bool> LinesOf(int file) => _lines[file];

    internal int GoodLines(int file) => _lines[file].Count(good => good);

    internal int BadLines => _lines.Sum(f => f.Count(good => !good));

    /// <summary>Appends a little to some file.</summary>
    internal void Grow(SimulatedFiles device, EventTrace trace)
    {
        int file = dice.Next(fileCount);
        string text = _rest[file];
        _rest[file] = "";
        for (int more = dice.Between(1, 5); more > 0 && _lines[file].Count < linesMax; more--)
        {
            bool good = !dice.Chance(0.08);
            _lines[file].Add(good);
            int n = _lines[file].Count;
            text += good ? $"{{\"f\": {file}, \"n\": {n}, \"w\": \"line {n} of file {file}\"}}\n" : $"line {n} is no JSON\n";
        }

        if (text.Length > 1 && dice.Chance(0.3))
        {
            int cut = dice.Next(text.Length);
            (text, _rest[file]) = (text[..cut], text[cut..]);
        }

        string path = $"{Life.Feed}/f{file}.json";
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bool isNew = !device.FileExists(path);
        using var handle = device.Open(path, Storage.Platform.FileUse.Write);
        handle.Write(bytes, handle.Length);
        handle.Sync();
        if (isNew)
        {
            device.SyncDirectory(Life.Feed);
        }

        trace.Add("feed", path, bytes);
    }
}
