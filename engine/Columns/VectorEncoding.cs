namespace Vectorized.Engine.Columns;

/// <summary>
/// How a vector's rows map to its values. Only <see cref="Flat"/> and <see cref="Dictionary"/> stand in a batch, and in one that a
/// source's reader made <see cref="Absent"/>.
/// </summary>
public enum VectorEncoding : byte
{
    /// <summary>Row i is value i.</summary>
    Flat,

    /// <summary>Every row is value 0 (and validity bit 0): literals inside an expression.</summary>
    Constant,

    /// <summary>Row i is value Codes[i]; validity is by row. Codes are an encoding of this batch, never an identity.</summary>
    Dictionary,

    /// <summary>
    /// No row has a value here: a source's column that nobody reads, in the batches between its reader and the gates of views.
    /// </summary>
    Absent,
}
