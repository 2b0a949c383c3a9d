using System.Buffers;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Protocol;

/// <summary>t: the types of a prepared statement's parameters.</summary>
internal static class ParameterDescriptionMessage
{
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<SqlType> types)
    {
        var frame = new FrameWriter(output, BackendMessage.ParameterDescription, 2 + (4 * types.Count));
        frame.WriteInt16((short)types.Count);
        for (int i = 0; i < types.Count; i++)
        {
            frame.WriteUInt32(TypeOids.Of(types[i]));
        }

        frame.End();
    }
}
