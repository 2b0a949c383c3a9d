namespace Vectorized.Storage.Platform;

/// <summary>
/// Something that ends once, well or with an error. What awaits <see cref="Task"/> goes on on the shared pool, never on the
/// thread that tells the end. Made by <see cref="IThreads"/>; any thread.
/// </summary>
public interface ICompletion
{
    Task Task { get; }

    /// <summary>The first end counts.</summary>
    void Succeed();

    void Fail(Exception error);
}
