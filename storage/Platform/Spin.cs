namespace Vectorized.Storage.Platform;

/// <summary>A short pause of the processor inside a spinning wait.</summary>
public static class Spin
{
    public static void Pause() => Thread.SpinWait(4);
}
