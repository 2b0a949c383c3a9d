using Vectorized.Engine.Binding;
using Vectorized.Engine.Planning;

namespace Vectorized.Tests.Operators.Windows;

/// <summary>Window nodes with a mistake in every call.</summary>
internal static class WindowMutants
{
    internal static WindowNode Calls(WindowNode node, Func<WindowCall, WindowCall> change) =>
        node with { Calls = [.. node.Calls.Select(change)] };

    internal static WindowNode Frames(WindowNode node, Func<WindowFrame, WindowFrame> change) =>
        Calls(node, c => c with { Frame = change(c.Frame) });
}
