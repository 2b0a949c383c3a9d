namespace Vectorized.Storage.Platform;

/// <summary>A task whose continuations run on .NET's pool.</summary>
internal sealed class SystemCompletion() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), ICompletion
{
    public void Succeed() => TrySetResult();

    public void Fail(Exception error) => TrySetException(error);
}
