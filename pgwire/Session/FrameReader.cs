using System.Buffers;
using System.Buffers.Binary;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>What <see cref="FrameReader.TryRead"/> found.</summary>
internal enum Frame : byte
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>A whole message.</summary>
    Message,

    /// <summary>A piece of a CopyData message, which may be any part of it.</summary>
    CopyPiece,
}

/// <summary>
/// Cuts the bytes received into messages. Nothing is allocated by a claimed length: a message is whole when its bytes
/// are there, and CopyData is handed on in the pieces it comes in. Bodies are contiguous: a message that crosses
/// segments is copied once. A span given out is valid until the next call. One thread.
/// </summary>
internal sealed class FrameReader(int largeBytesMax) : IDisposable
{
    private const int HeaderBytes = 5;

    private ReadOnlySequence<byte> _rest;
    private byte[]? _copied;
    private int _copyLeft;

    /// <summary>What has not been taken yet; its start is what the pipe may free up to.</summary>
    public ReadOnlySequence<byte> Rest => _rest;

    /// <summary>True when the last message began but has not ended.</summary>
    public bool IsInMessage => !_rest.IsEmpty || _copyLeft > 0;

    public void Accept(in ReadOnlySequence<byte> received) => _rest = received;

    public Frame TryRead(out byte type, out ReadOnlySpan<byte> body)
    {
        ReturnCopy();
        if (_copyLeft > 0)
        {
            type = FrontendMessage.CopyData;
            return TakeCopyPiece(out body);
        }

        var first = _rest.FirstSpan;
        if (first.Length < HeaderBytes)
        {
            if (_rest.Length < HeaderBytes)
            {
                type = 0;
                body = default;
                // A wrong type is wrong from its first byte on.
                if (!first.IsEmpty)
                {
                    CheckLength(first[0], 4);
                }

                return Frame.Incomplete;
            }

            Span<byte> header = stackalloc byte[HeaderBytes];
            _rest.Slice(0, HeaderBytes).CopyTo(header);
            type = header[0];
            return TakeBody(type, BinaryPrimitives.ReadInt32BigEndian(header[1..]), out body);
        }

        type = first[0];
        int length = BinaryPrimitives.ReadInt32BigEndian(first[1..]);
        if (type != FrontendMessage.CopyData && (uint)length < (uint)first.Length && length >= 4)
        {
            // The common case: the whole message in one segment.
            CheckLength(type, length);
            body = first.Slice(HeaderBytes, length - 4);
            _rest = _rest.Slice(1 + length);
            return Frame.Message;
        }

        return TakeBody(type, length, out body);
    }

    /// <summary>
    /// Whether the client is known to execute nothing more before its next Sync: it has sent that, and only Close, Describe
    /// and Flush in between. False also while that cannot be told yet.
    /// </summary>
    public bool SyncFollows()
    {
        var ahead = new SequenceReader<byte>(_rest);
        while (ahead.TryRead(out byte type) && ahead.TryReadBigEndian(out int length))
        {
            if (type == FrontendMessage.Sync)
            {
                return true;
            }

            bool isHarmless = type is FrontendMessage.Close or FrontendMessage.Describe or FrontendMessage.Flush;
            if (!isHarmless || length < 4 || ahead.Remaining < length - 4)
            {
                return false;
            }

            ahead.Advance(length - 4);
        }

        return false;
    }

    public void Dispose() => ReturnCopy();

    private Frame TakeBody(byte type, int length, out ReadOnlySpan<byte> body)
    {
        CheckLength(type, length);
        if (type == FrontendMessage.CopyData)
        {
            _rest = _rest.Slice(HeaderBytes);
            _copyLeft = length - 4;
            return TakeCopyPiece(out body);
        }

        if (_rest.Length < 1L + length)
        {
            body = default;
            return Frame.Incomplete;
        }

        var bytes = _rest.Slice(HeaderBytes, length - 4);
        if (bytes.IsSingleSegment)
        {
            body = bytes.FirstSpan;
        }
        else
        {
            _copied = ArrayPool<byte>.Shared.Rent(length - 4);
            bytes.CopyTo(_copied);
            body = _copied.AsSpan(0, length - 4);
        }

        _rest = _rest.Slice(1L + length);
        return Frame.Message;
    }

    private Frame TakeCopyPiece(out ReadOnlySpan<byte> piece)
    {
        int taken = (int)Math.Min(_rest.Length, _copyLeft);
        if (taken == 0 && _copyLeft > 0)
        {
            piece = default;
            return Frame.Incomplete;
        }

        var bytes = _rest.Slice(0, taken);
        piece = bytes.IsSingleSegment ? bytes.FirstSpan : FirstPart(bytes);
        _rest = _rest.Slice(piece.Length);
        _copyLeft -= piece.Length;
        return Frame.CopyPiece;
    }

    private static ReadOnlySpan<byte> FirstPart(ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            if (!segment.IsEmpty)
            {
                return segment.Span;
            }
        }

        return default;
    }

    private void CheckLength(byte type, int length)
    {
        int max = FrontendMessage.LengthMax(type, type == FrontendMessage.CopyData ? int.MaxValue : largeBytesMax);
        if (max == 0)
        {
            throw new FatalException(SqlState.ProtocolViolation, $"invalid frontend message type {type}");
        }

        if (length < 4 || length > max)
        {
            throw new FatalException(SqlState.ProtocolViolation, "invalid message length");
        }
    }

    private void ReturnCopy()
    {
        if (_copied is not null)
        {
            ArrayPool<byte>.Shared.Return(_copied);
            _copied = null;
        }
    }
}
