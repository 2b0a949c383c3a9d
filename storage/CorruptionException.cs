namespace Vectorized.Storage;

/// <summary>Stored bytes are not what was written: a checksum differs, a record is missing. Names the file and the place.</summary>
public sealed class CorruptionException(string message) : Exception(message);
