namespace Vectorized.Tests.Server;

/// <summary>Output whose first line is waited for.</summary>
internal sealed class LineWriter : StringWriter
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> FirstLine => _first.Task;

    public override Task WriteLineAsync(string? value)
    {
        _first.TrySetResult(value ?? "");
        return Task.CompletedTask;
    }
}
