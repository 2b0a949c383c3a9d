namespace Vectorized.Connectors.Generators;

/// <summary>One split of a generated source while it is read: its number, and from where to where.</summary>
internal sealed class GeneratedSplit(int number, long position, long end)
{
    internal int Number { get; } = number;

    /// <summary>Its id in positions and chunks.</summary>
    internal string Id { get; } = number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal long Start { get; } = position;

    internal long Position { get; set; } = position;

    /// <summary>Where it ends: the generator's own bound or that of a bounded read.</summary>
    internal long End { get; } = end;
}
