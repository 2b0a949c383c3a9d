namespace Vectorized.Storage;

/// <summary>A device or store did not do what was asked.</summary>
public class StorageException(string message, bool isTransient, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Trying again may help.</summary>
    public bool IsTransient { get; } = isTransient;
}
