using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// Casts between lists and between rows: every member by its own cast. The members of all rows go through the cast as
/// one vector and are packed again.
/// </summary>
internal static class NestedCasts
{
    internal static CastKernel? Find(SqlType from, SqlType to)
    {
        if (from.Id == TypeId.List && to.Id == TypeId.List)
        {
            var element = MemberCast.Create(from.Element!, to.Element!);
            return new CastKernel(
                (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => CastLists(c, a[0], n, element, ref r),
                element.CanFail, element.DependsOnSession);
        }

        if (from.Id == TypeId.Struct && to.Id == TypeId.Struct && from.Fields!.Items.Count == to.Fields!.Items.Count)
        {
            var members = from.Fields.Items.Zip(to.Fields.Items, (a, b) => MemberCast.Create(a.Type, b.Type)).ToArray();
            return new CastKernel(
                (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => CastRows(c, a[0], n, members, ref r),
                members.Any(m => m.CanFail), members.Any(m => m.DependsOnSession));
        }

        return null;
    }

    private static void CastLists(EvaluationContext context, in Vector source, int rowCount, MemberCast cast, ref Vector result)
    {
        var members = new VectorBuilder(context.Arena, cast.From);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var list = new PackedList(cast.From, source.Bytes(row));
            for (int i = 0; i < list.Count; i++)
            {
                Append(members, list.IsNull(i), list.Raw(i), list.Bytes(i));
            }
        }

        var converted = cast.Apply(context, members.Build());
        var builder = PackedBuilder.Rent();
        var sink = new TextSink(256);
        int at = 0;
        foreach (int row in context.Active.Rows(rowCount))
        {
            int count = new PackedList(cast.From, source.Bytes(row)).Count;
            for (int i = 0; i < count; i++)
            {
                builder.AppendFrom(converted, at++);
            }

            sink.Clear();
            builder.WriteList(ref sink);
            result.Views[row] = context.Arena.AddString(sink.Written);
        }

        sink.Dispose();
        PackedBuilder.Return(builder);
    }

    private static void CastRows(EvaluationContext context, in Vector source, int rowCount, MemberCast[] casts, ref Vector result)
    {
        var fields = source.Type.Fields!;
        var converted = new Vector[casts.Length];
        for (int field = 0; field < casts.Length; field++)
        {
            var members = new VectorBuilder(context.Arena, casts[field].From);
            foreach (int row in context.Active.Rows(rowCount))
            {
                var packed = new PackedStruct(fields, source.Bytes(row));
                Append(members, packed.IsNull(field), packed.Raw(field), packed.Bytes(field));
            }

            converted[field] = casts[field].Apply(context, members.Build());
        }

        var builder = PackedBuilder.Rent();
        var sink = new TextSink(256);
        int at = 0;
        foreach (int row in context.Active.Rows(rowCount))
        {
            foreach (ref readonly var column in converted.AsSpan())
            {
                builder.AppendFrom(column, at);
            }

            at++;
            sink.Clear();
            builder.WriteStruct(ref sink);
            result.Views[row] = context.Arena.AddString(sink.Written);
        }

        sink.Dispose();
        PackedBuilder.Return(builder);
    }

    private static void Append(VectorBuilder column, bool isNull, Int128 raw, ReadOnlySpan<byte> bytes)
    {
        if (isNull)
        {
            column.AppendNull();
            return;
        }

        switch (column.Type.Layout)
        {
            case Layout.Bit: column.AppendBit(raw != 0); break;
            case Layout.Fixed2: column.Append((short)raw); break;
            case Layout.Fixed4: column.Append((int)raw); break;
            case Layout.Fixed8: column.Append((long)raw); break;
            case Layout.Fixed16: column.Append(raw); break;
            default: column.AppendBytes(bytes); break;
        }
    }

    /// <summary>The cast of one member type, applied to all members at once.</summary>
    private sealed class MemberCast(SqlType from, EvaluationStep step, bool dependsOnSession)
    {
        internal SqlType From => from;

        internal bool CanFail => step.CanFail;

        internal bool DependsOnSession => dependsOnSession;

        internal static MemberCast Create(SqlType from, SqlType to) =>
            new(from, Casts.CreateStep(new ColumnStep(0, from), to), Casts.DependsOnSession(from, to));

        internal Vector Apply(EvaluationContext context, in Vector members)
        {
            var batch = new Batch().Reset(members.Length, 1);
            batch[0] = members;
            var outer = context.Active;
            context.Active = default;
            Vector converted = default;
            step.Evaluate(context, batch, ref converted);
            context.Active = outer;
            return TakeKernel.Flatten(converted, context.Arena);
        }
    }
}
